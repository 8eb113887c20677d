/**
 * The guard: an OpenClaw plugin that lets no tool call, agent run or message pass without a fresh allow from the OPA of its
 * own cell. Where OpenClaw goes on when a hook throws, the gate catches its own errors and answers with the deny.
 */
import { messageGate } from './message-gate.js';
import { observe } from './observe.js';
import { once } from './once.js';
import { createOpaClient } from './opa-client.js';
import { watchCredentials } from './rotation.js';
import { healthHandler, metricsHandler } from './routes.js';
import { toolGate } from './tool-gate.js';

export const id = 'cellwright-guard';

/** Before and after every other plugin. */
const first = { priority: Infinity };
const last = { priority: -Infinity };

export default {
  id,
  name: 'Cellwright guard',
  /** @param {import('./host.d.ts').PluginApi} api */
  register(api) {
    // OpenClaw holds it against the schema in openclaw.plugin.json before it loads the guard.
    const config = /** @type {import('./host.d.ts').GuardConfig} */ (api.pluginConfig);
    const shared = once();
    const { metrics, judged, runs } = shared;
    const opa = createOpaClient(config);
    const parts = { opa, config, metrics, judged, pluginId: id };
    const tools = toolGate(parts);
    const messages = messageGate(parts);
    const description = 'Every tool call needs an allow from the OPA of this cell.';
    api.registerTrustedToolPolicy({ id, description, evaluate: tools.evaluate });
    api.on('before_tool_call', tools.holdFast, last);
    api.on('before_agent_run', messages.run, first);
    api.on('before_dispatch', messages.inbound, first);
    api.on('message_sending', messages.outbound, last);
    api.on('reply_payload_sending', messages.payload, last);
    observe(api, shared);
    shared.watch ??= watchCredentials({ config, runs, log: api.logger, metrics });
    // Routes are registered last: a probe that finds one knows that everything above is in place.
    route(api, '/cellwright/metrics', metricsHandler(metrics));
    // OpenClaw drops the hooks around runs without a word where this is not set.
    const isGranted = api.config.plugins?.entries?.[id]?.hooks?.allowConversationAccess === true;
    route(api, '/cellwright/health', healthHandler(opa, config, isGranted));
  },
};

/**
 * @param {import('./host.d.ts').PluginApi} api
 * @param {string} path
 * @param {Parameters<import('./host.d.ts').PluginApi['registerHttpRoute']>[0]['handler']} handler
 */
function route(api, path, handler) {
  api.registerHttpRoute({ path, auth: 'plugin', match: 'exact', handler });
}
