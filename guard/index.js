/**
 * The guard: an OpenClaw plugin that lets no tool call pass without a fresh allow from the OPA of its own cell.
 * Registered as a trusted tool policy, which OpenClaw runs before every other hook and which fails closed when it throws.
 */
import { healthHandler } from './health.js';
import { createOpaClient } from './opa-client.js';
import { toolDecision } from './tool-policy.js';

/** @typedef {{ tenant: string, opaUrl: string, tokenFile: string, revision: string }} GuardConfig */

const id = 'cellwright-guard';

/**
 * @typedef {object} PluginApi the part of OpenClaw's plugin API that the guard uses
 * @property {unknown} pluginConfig
 * @property {(policy: { id: string, description: string, evaluate: (event: import('./tool-policy.js').ToolEvent, context: import('./tool-policy.js').ToolContext) => Promise<object> }) => void} registerTrustedToolPolicy
 * @property {(route: { path: string, auth: 'plugin', match: 'exact', handler: (request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => Promise<boolean> }) => void} registerHttpRoute
 */

export default {
  id,
  name: 'Cellwright guard',
  /** @param {PluginApi} api */
  register(api) {
    const config = guardConfig(api.pluginConfig);
    const opa = createOpaClient(config);
    api.registerTrustedToolPolicy({
      id,
      description: 'Every tool call needs an allow from the OPA of this cell.',
      evaluate: (event, context) => toolDecision({ opa, config, pluginId: id }, event, context),
    });
    // The route is the last thing registered: a probe that finds it knows that the policy above is in place.
    api.registerHttpRoute({
      path: '/cellwright/health',
      auth: 'plugin',
      match: 'exact',
      handler: healthHandler(opa, config),
    });
  },
};

/**
 * @param {unknown} value
 * @returns {GuardConfig}
 */
function guardConfig(value) {
  const config = /** @type {Record<string, unknown>} */ (value ?? {});
  for (const field of ['tenant', 'opaUrl', 'tokenFile', 'revision']) {
    if (typeof config[field] !== 'string' || config[field] === '') {
      throw new Error(`${id}: plugins.entries.${id}.config.${field} must be a non-empty string`);
    }
  }
  return /** @type {GuardConfig} */ (/** @type {unknown} */ (config));
}
