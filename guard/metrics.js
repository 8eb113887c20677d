/** Counters for the fleet's monitoring, as Prometheus text. Labels come from closed sets, or are cut off at a few values. */

/** Upper bounds of the latency histogram, in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, Infinity];
/** Different label sets of one counter; what comes after is counted under `other`. */
const maxSeries = 64;
const latency = 'cellwright_decision_seconds';

/** @type {Record<string, string>} */
const helps = {
  cellwright_decisions_total: 'Answers of policy by kind of question and outcome.',
  cellwright_opa_errors_total: 'Questions that OPA gave no usable answer to.',
  cellwright_audit_errors_total: 'Audit bundles whose Rego could not be evaluated.',
  cellwright_approvals_total: 'Approvals asked for, by how they ended.',
  cellwright_runs_total: 'Agent runs by outcome.',
  cellwright_messages_total: 'Messages by direction and outcome.',
  cellwright_tokens_total: 'Tokens of models by kind.',
  cellwright_cost_usd_total: 'Cost of models in US dollars, where OpenClaw knows the price.',
  cellwright_credential_restarts_total: 'Restarts for a credential that changed.',
  [latency]: "Seconds until OPA's answer.",
};

/** @returns {import('./host.d.ts').Metrics} */
export function createMetrics() {
  /** Values by sample (name and labels), by metric. @type {Record<string, Map<string, number>>} */
  const metrics = Object.fromEntries(Object.keys(helps).map((name) => [name, new Map()]));
  /** @param {string} name @param {string} sample @param {number} by */
  const add = (name, sample, by) => metrics[name]?.set(sample, (metrics[name].get(sample) ?? 0) + by);
  /** @param {number} seconds @param {number} times */
  const record = (seconds, times) => {
    for (const bound of bounds) {
      const label = bound === Infinity ? '+Inf' : bound;
      add(latency, `${latency}_bucket{le="${label}"}`, seconds <= bound ? times : 0);
    }
    add(latency, `${latency}_sum`, seconds * times);
    add(latency, `${latency}_count`, times);
  };
  // A metric that has not counted is 0, so that its first step is seen.
  record(0, 0);

  return {
    count(name, labels = {}, by = 1) {
      const sample = name + labelText(labels);
      const isKnown = metrics[name]?.has(sample) || (metrics[name]?.size ?? 0) < maxSeries;
      add(name, isKnown ? sample : `${name}{label="other"}`, by);
    },
    observe: (seconds) => record(seconds, 1),
    text() {
      const lines = Object.entries(metrics).flatMap(([name, values]) => [
        `# HELP ${name} ${helps[name]}`,
        `# TYPE ${name} ${name === latency ? 'histogram' : 'counter'}`,
        ...(values.size === 0 ? [`${name} 0`] : [...values].map(([sample, value]) => `${sample} ${value}`)),
      ]);
      return `${lines.join('\n')}\n`;
    },
  };
}

/** @param {Record<string, string>} labels */
function labelText(labels) {
  const parts = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value.slice(0, 128))}`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}
