/** Routes of the guard: health for the probes, numbers for the scraper. */
import { messageOf } from './opa-client.js';

/** @typedef {Parameters<import('./host.d.ts').PluginApi['registerHttpRoute']>[0]['handler']} Handler */

/**
 * 200 only when all hooks are in place and OPA serves the revision that this cell wants; that the guard is loaded is said by
 * the answer itself.
 * @param {import('./host.d.ts').OpaClient} opa
 * @param {import('./host.d.ts').GuardConfig} config
 * @param {boolean} granted whether OpenClaw keeps the guard's hooks
 * @returns {Handler}
 */
export function healthHandler(opa, { revision }, granted) {
  return async (_request, response) => {
    const problem = granted ? await problemOf(opa, revision) : 'OpenClaw drops hooks of the guard';
    return answer(response, problem === undefined ? 200 : 503, `${problem ?? 'ok'}\n`);
  };
}

/** @param {import('./host.d.ts').Metrics} metrics @returns {Handler} */
export function metricsHandler(metrics) {
  return async (_request, response) => answer(response, 200, metrics.text());
}

/** @param {import('node:http').ServerResponse} response @param {number} status @param {string} text */
function answer(response, status, text) {
  response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  response.end(text);
  return true;
}

/** @param {import('./host.d.ts').OpaClient} opa @param {string} wanted @returns {Promise<string | undefined>} what is wrong */
async function problemOf(opa, wanted) {
  try {
    return (await opa.revision()) === wanted ? undefined : 'OPA does not serve the policy revision of this cell';
  } catch (error) {
    return messageOf(error);
  }
}
