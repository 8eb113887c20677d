/** Questions to OPA: answered within a deadline, over one kept connection, never repeated and never remembered. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

/** Milliseconds until an answer that has not come counts as a deny. */
const deadline = 1000;
/** Largest answer that is read; a decision is far below it. */
const maxAnswerBytes = 262144;

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
    const text = JSON.stringify(body);
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      // Read each time: the file is in memory, and a token that changed must not need a restart.
      authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`,
    };
    return JSON.parse(await post({ url, agent, headers }, text))?.result;
  };
  return {
    decide: async (question) => decisionOf(await ask('decision', { input: question })),
    revision: async () => revisionOf(await ask('revision', {})),
    note: async (rule, input) => void (await ask(rule, { input }, notes)),
  };
}

/**
 * What an error says, also of one that was made in another realm.
 * @param {unknown} error
 * @returns {string}
 */
export function messageOf(error) {
  const message = /** @type {{ message?: unknown } | undefined} */ (error)?.message;
  return typeof message === 'string' ? message : 'unknown error';
}

/**
 * @param {{ url: URL, agent: Agent, headers: import('node:http').OutgoingHttpHeaders }} target
 * @param {string} body
 * @returns {Promise<string>}
 */
function post({ url, agent, headers }, body) {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', agent, headers, signal: AbortSignal.timeout(deadline) }, (response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      let size = 0;
      response.on('data', (/** @type {Buffer} */ chunk) => {
        size += chunk.length;
        if (size > maxAnswerBytes) {
          call.destroy(new Error(`OPA's answer is larger than ${maxAnswerBytes} bytes`));
        }
        chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) {
          resolve(text);
        } else {
          reject(new Error(`OPA answered ${response.statusCode}${cause(text)}`));
        }
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

/**
 * The first error in OPA's answer, so that whoever wrote the rule finds it.
 * @param {string} text
 */
function cause(text) {
  try {
    const { message, location } = JSON.parse(text).errors[0];
    return `: ${location.file}:${location.row}: ${message}`.slice(0, 300);
  } catch {
    // Not a report of OPA; the status alone says enough.
    return '';
  }
}

/**
 * @param {any} result
 * @returns {Decision}
 */
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

/**
 * @param {unknown} result
 * @returns {string}
 */
function revisionOf(result) {
  if (typeof result !== 'string') {
    throw new Error('OPA serves no policy');
  }
  return result;
}
