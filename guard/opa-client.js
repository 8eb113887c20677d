/** Questions to OPA: answered within a deadline, over one kept connection, never repeated and never remembered. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

/** Milliseconds until an answer that has not come counts as a deny. */
const deadline = 1000;
/** Longest answer that is read, in characters; a decision is far below it. */
const maxAnswer = 262144;

/** @typedef {import('./host.d.ts').Decision} Decision */

/**
 * A client of the OPA of this cell. It rejects on everything that is not a well-formed answer: time-out, connection error,
 * other status than 200, an answer without result (undefined), fields of other types. The caller denies on rejection.
 * @param {import('./host.d.ts').GuardConfig} config
 * @returns {import('./host.d.ts').OpaClient}
 */
export function createOpaClient({ opaUrl, tokenFile }) {
  const decisions = new Agent({ keepAlive: true, maxSockets: 1 });
  // What is only logged must not stand in line before a decision.
  const notes = new Agent({ keepAlive: true, maxSockets: 1 });
  /** @param {string} rule @param {object} body */
  const ask = async (rule, body, agent = decisions) => {
    // A rule that cannot be evaluated (a parameter of another type than it expects) ends the decision with an error;
    // otherwise OPA would pass over the rule, and a caller could choose parameters that no deny understands.
    const url = new URL(`/v1/data/cellwright/${rule}?strict-builtin-errors=true`, opaUrl);
    // Read each time: the file is in memory, and a token that changed must not need a restart.
    const authorization = `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`;
    const headers = { 'content-type': 'application/json', authorization };
    return JSON.parse(await post(url, { agent, headers }, JSON.stringify(body)))?.result;
  };
  return {
    decide: async (question) => decisionOf(await ask('decision', { input: question })),
    revision: () => ask('revision', {}),
    note: async (rule, input) => void (await ask(rule, { input }, notes)),
  };
}

/** What an error says, also of one that was made in another realm. @param {unknown} error @returns {string} */
export function messageOf(error) {
  const message = /** @type {{ message?: unknown } | undefined} */ (error)?.message;
  return typeof message === 'string' ? message : 'unknown error';
}

/**
 * @param {URL} url
 * @param {import('node:http').RequestOptions} options
 * @param {string} body
 * @returns {Promise<string>} the body of an answer with status 200
 */
async function post(url, options, body) {
  const call = request(url, { ...options, method: 'POST', signal: AbortSignal.timeout(deadline) });
  call.end(body);
  // The handler of errors stays: what breaks off later is told by the response.
  const response = await new Promise((resolve, reject) => call.on('response', resolve).on('error', reject));
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.length > maxAnswer) {
      throw new Error(`OPA's answer is longer than ${maxAnswer} characters`);
    }
  }
  if (response.statusCode !== 200) {
    throw new Error(`OPA answered ${response.statusCode}${cause(text)}`);
  }
  return text;
}

/** The first error in OPA's answer, so that whoever wrote the rule finds it. @param {string} text */
function cause(text) {
  try {
    const { message, location } = JSON.parse(text).errors[0];
    return `: ${location.file}:${location.row}: ${message}`.slice(0, 300);
  } catch {
    // Not a report of OPA; the status alone says enough.
    return '';
  }
}

/** @param {any} result @returns {Decision} */
function decisionOf(result) {
  const wellFormed =
    typeof result?.allow === 'boolean' &&
    typeof result.requireApproval === 'boolean' &&
    typeof result.revision === 'string' &&
    Array.isArray(result.reasons) &&
    result.reasons.every((/** @type {unknown} */ reason) => typeof reason === 'string');
  if (!wellFormed) {
    throw new Error('OPA gave no decision (undefined or malformed)');
  }
  return result;
}
