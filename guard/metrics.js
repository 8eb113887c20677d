/** Counters for the fleet's monitoring, as Prometheus text. Labels come from closed sets, or are cut off at a few values. */

/** Upper bounds of the latency histogram, in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
/** Different label sets of one counter; what comes after is counted under `other`. */
const maxSeries = 64;

/** @type {Record<string, string>} */
const counters = {
  cellwright_decisions_total: 'Answers of policy by kind of question and outcome.',
  cellwright_opa_errors_total: 'Questions that OPA gave no usable answer to.',
  cellwright_audit_errors_total: 'Audit bundles whose Rego could not be evaluated.',
  cellwright_approvals_total: 'Approvals asked for, by how they ended.',
  cellwright_runs_total: 'Agent runs by outcome.',
  cellwright_messages_total: 'Messages by direction and outcome.',
  cellwright_tokens_total: 'Tokens of models by kind.',
  cellwright_cost_usd_total: 'Cost of models in US dollars, where OpenClaw knows the price.',
  cellwright_credential_restarts_total: 'Restarts for a credential that changed.',
};

/** @returns {import('./host.d.ts').Metrics} */
export function createMetrics() {
  const latency = { buckets: bounds.map(() => 0), sum: 0, count: 0 };
  /** @type {Map<string, Map<string, number>>} */
  const series = new Map(Object.keys(counters).map((name) => [name, new Map()]));

  return {
    count(name, labels = {}, by = 1) {
      const values = series.get(name) ?? new Map();
      const wanted = labelText(labels);
      const key = values.has(wanted) || values.size < maxSeries ? wanted : '{label="other"}';
      values.set(key, (values.get(key) ?? 0) + by);
    },
    observe(seconds) {
      latency.count += 1;
      latency.sum += seconds;
      bounds.forEach((bound, index) => {
        latency.buckets[index] = (latency.buckets[index] ?? 0) + (seconds <= bound ? 1 : 0);
      });
    },
    text() {
      const lines = [...series].flatMap(([name, values]) => [
        `# HELP ${name} ${counters[name]}`,
        `# TYPE ${name} counter`,
        // A counter that has not counted is 0, so that its first step is seen.
        ...(values.size === 0 ? [`${name} 0`] : [...values].map(([labels, value]) => `${name}${labels} ${value}`)),
      ]);
      const histogram = 'cellwright_decision_seconds';
      return `${[
        ...lines,
        `# HELP ${histogram} Seconds until OPA's answer.`,
        `# TYPE ${histogram} histogram`,
        ...bounds.map((bound, index) => `${histogram}_bucket{le="${bound}"} ${latency.buckets[index]}`),
        `${histogram}_bucket{le="+Inf"} ${latency.count}`,
        `${histogram}_sum ${latency.sum}`,
        `${histogram}_count ${latency.count}`,
      ].join('\n')}\n`;
    },
  };
}

/** @param {Record<string, string>} labels */
function labelText(labels) {
  const parts = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value.slice(0, 128))}`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}
