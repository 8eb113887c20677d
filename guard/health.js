/** The route that probes ask: 200 only when the guard is loaded and OPA serves the revision that this cell wants. */
import { messageOf } from './opa-client.js';

/**
 * @param {import('./opa-client.js').OpaClient} opa
 * @param {import('./index.js').GuardConfig} config
 * @returns {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => Promise<boolean>}
 */
export function healthHandler(opa, { revision }) {
  return async (_request, response) => {
    const problem = await problemOf(opa, revision);
    response.writeHead(problem === undefined ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${problem ?? 'ok'}\n`);
    return true;
  };
}

/**
 * @param {import('./opa-client.js').OpaClient} opa
 * @param {string} wanted
 * @returns {Promise<string | undefined>} what is wrong
 */
async function problemOf(opa, wanted) {
  try {
    return (await opa.revision()) === wanted ? undefined : 'OPA serves another policy revision';
  } catch (error) {
    return messageOf(error);
  }
}
