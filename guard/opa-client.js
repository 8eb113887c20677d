/** One question to OPA: answered within a deadline, over one kept connection, never repeated and never remembered. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

/** Milliseconds until an answer that has not come counts as a deny. */
const deadline = 1000;
/** Largest answer that is read; a decision is far below it. */
const maxAnswerBytes = 262144;

/**
 * @typedef {{ tenant: string, kind: 'tool' | 'health', name: string, agent?: string | undefined, session?: string | undefined, channel?: string | undefined, requester?: unknown, params?: unknown }} Question
 * @typedef {{ allow: boolean, requireApproval: boolean, reasons: string[], revision: string }} Decision
 * @typedef {(question: Question) => Promise<Decision>} Ask
 */

/**
 * A function that asks OPA. It rejects on everything that is not a well-formed decision: time-out, connection error,
 * other status than 200, an answer without result (undefined), fields of other types. The caller denies on rejection.
 * @param {import('./index.js').GuardConfig} config
 * @returns {Ask}
 */
export function createOpaClient({ opaUrl, tokenFile }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const url = new URL('/v1/data/cellwright/decision', opaUrl);
  return async (question) => {
    const body = JSON.stringify({ input: question });
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      // Read each time: the file is in memory, and a token that changed must not need a restart.
      authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`,
    };
    return decisionOf(await post({ url, agent, headers }, body));
  };
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
        if (response.statusCode === 200) {
          resolve(Buffer.concat(chunks).toString('utf8'));
        } else {
          reject(new Error(`OPA answered ${response.statusCode}`));
        }
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

/**
 * @param {string} text
 * @returns {Decision}
 */
function decisionOf(text) {
  const result = JSON.parse(text)?.result;
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
