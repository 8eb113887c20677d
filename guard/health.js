/** The route that probes ask: 200 only when the guard is loaded and OPA serves the revision that this cell wants. */
import { messageOf } from './opa-client.js';

/**
 * @param {import('./opa-client.js').Ask} ask
 * @param {import('./index.js').GuardConfig} config
 * @returns {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => Promise<boolean>}
 */
export function healthHandler(ask, { tenant, revision }) {
  return async (_request, response) => {
    const problem = await problemOf(ask, tenant, revision);
    response.writeHead(problem === undefined ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${problem ?? 'ok'}\n`);
    return true;
  };
}

/**
 * @param {import('./opa-client.js').Ask} ask
 * @param {string} tenant
 * @param {string} revision
 * @returns {Promise<string | undefined>} what is wrong
 */
async function problemOf(ask, tenant, revision) {
  try {
    const decision = await ask({ tenant, kind: 'health', name: 'revision' });
    return decision.revision === revision ? undefined : 'OPA serves another policy revision';
  } catch (error) {
    return messageOf(error);
  }
}
