/** Waits for a control plane to answer. */
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlaygroundCertificates } from './certificates.ts';
import { PlaygroundError } from './playground-error.ts';

/** Milliseconds after which a start counts as failed; it takes three seconds, on a busy machine ten and more. */
const patience = 120_000;

/** Answers of the API server to its administrator. */
export class AdminProbe {
  readonly #server: string;
  readonly #certificates: PlaygroundCertificates;

  constructor(server: string, certificates: PlaygroundCertificates) {
    this.#server = server;
    this.#certificates = certificates;
  }

  /** Polls a path until it answers 200. Rejects when the signal aborts or the time is over. */
  async waitFor(path: string, signal: AbortSignal): Promise<void> {
    const end = Date.now() + patience;
    for (;;) {
      const answer = await this.#status(path, signal);
      if (answer === 200) {
        return;
      }
      if (Date.now() > end) {
        throw new PlaygroundError('playground.start', `${path} did not answer within ${patience / 1000} s (${answer})`);
      }
      await sleep(100, undefined, { signal });
    }
  }

  #status(path: string, signal: AbortSignal): Promise<number | string> {
    const { ca, admin } = this.#certificates;
    return new Promise((resolve, reject) => {
      const call = request(
        new URL(path, this.#server),
        { ca, cert: admin.certificate, key: admin.key, agent: false, timeout: 5000, signal },
        (response) => {
          response.resume();
          response.on('end', () => {
            resolve(response.statusCode ?? 0);
          });
        },
      );
      call.on('timeout', () => call.destroy(new Error('timeout')));
      call.on('error', (error) => {
        if (signal.aborted) {
          reject(error);
        } else {
          resolve(error.message);
        }
      });
      call.end();
    });
  }
}
