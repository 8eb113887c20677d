/** What happens in the gateway, counted; nothing here decides. */

/** @typedef {{ runId?: string, success?: boolean }} Ended */

/**
 * @param {import('./host.d.ts').PluginApi} api
 * @param {{ metrics: import('./host.d.ts').Metrics, runs: Set<string> }} shared
 */
export function observe(api, { metrics, runs }) {
  api.on('before_agent_run', (/** @type {unknown} */ _event, /** @type {{ runId?: string }} */ { runId = '' }) => {
    runs.add(runId);
  });
  api.on('agent_end', (/** @type {Ended} */ event, /** @type {{ runId?: string }} */ context) => {
    runs.delete(event.runId ?? context.runId ?? '');
    metrics.count('cellwright_runs_total', { outcome: event.success === true ? 'completed' : 'failed' });
  });
  api.on('llm_output', (/** @type {import('./host.d.ts').ModelOutput} */ output) => countUsage(output, metrics));
  /** @param {string} direction @param {string} outcome */
  const message = (direction, outcome) => metrics.count('cellwright_messages_total', { direction, outcome });
  api.on('message_received', () => message('in', 'received'));
  api.on('message_sent', (/** @type {Ended} */ { success }) => message('out', success === true ? 'sent' : 'failed'));
}

/** @param {import('./host.d.ts').ModelOutput} output @param {import('./host.d.ts').Metrics} metrics */
function countUsage({ provider, model, usage = {} }, metrics) {
  const name = `${provider}/${model}`;
  for (const kind of /** @type {const} */ (['input', 'output', 'cacheRead', 'cacheWrite'])) {
    metrics.count('cellwright_tokens_total', { model: name, kind }, usage[kind] ?? 0);
  }
  metrics.count('cellwright_cost_usd_total', { model: name }, usage.cost?.total ?? 0);
}
