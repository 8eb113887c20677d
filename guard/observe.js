/** What happens in the gateway, counted; nothing here decides. */

/** What is under way in the gateway. @typedef {{ idle: () => boolean }} Activity */

/**
 * @param {import('./host.d.ts').PluginApi} api
 * @param {import('./host.d.ts').Metrics} metrics
 * @returns {Activity}
 */
export function observe(api, metrics) {
  /** @type {Set<string>} */
  const runs = new Set();
  /** @typedef {{ runId?: string, success?: boolean }} Ended */
  api.on('before_agent_run', (/** @type {unknown} */ _event, /** @type {{ runId?: string }} */ { runId = '' }) => {
    runs.add(runId);
  });
  api.on('agent_end', (/** @type {Ended} */ event, /** @type {{ runId?: string }} */ context) => {
    runs.delete(event.runId ?? context.runId ?? '');
    metrics.count('cellwright_runs_total', { outcome: event.success === true ? 'completed' : 'failed' });
  });
  api.on('message_received', () =>
    metrics.count('cellwright_messages_total', { direction: 'in', outcome: 'received' }),
  );
  api.on('message_sent', (/** @type {Ended} */ { success }) =>
    metrics.count('cellwright_messages_total', { direction: 'out', outcome: success === true ? 'sent' : 'failed' }),
  );
  // Loaded late and alone: a host without this module loses numbers, never the gate.
  import('openclaw/plugin-sdk/diagnostic-runtime')
    .then(({ onDiagnosticEvent }) => onDiagnosticEvent((event) => countUsage(event, metrics)))
    .catch((error) => api.logger.warn(`cellwright: no usage metrics: ${error.message}`));
  return { idle: () => runs.size === 0 };
}

/** @param {import('./host.d.ts').UsageEvent} event @param {import('./host.d.ts').Metrics} metrics */
function countUsage({ type, provider, model, usage, costUsd = 0 }, metrics) {
  if (type !== 'model.usage') {
    return;
  }
  const name = `${provider}/${model}`;
  for (const kind of /** @type {const} */ (['input', 'output', 'cacheRead', 'cacheWrite'])) {
    metrics.count('cellwright_tokens_total', { model: name, kind }, usage?.[kind] ?? 0);
  }
  metrics.count('cellwright_cost_usd_total', { model: name }, costUsd);
}
