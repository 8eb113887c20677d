/** Kinds that the API server does not let us follow any more: the picture of them is old, and passes and reviews go by it. */
import type { ReflectorEvent } from '../kube/reflector.ts';

/** How long lists and watches of a kind may fail before that is told, in milliseconds: an API server restarts in less. */
export const troubleMs = 60_000;

/** See above. */
export class ApiTrouble {
  readonly #now: () => number;
  /** When what is followed began to fail. */
  readonly #since = new Map<string, number>();

  /** @param now monotonic, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  observe(event: ReflectorEvent): void {
    if (event.type === 'works') this.#since.delete(event.source);
    if (event.type !== 'watch-failed' || this.#since.has(event.source)) return;
    this.#since.set(event.source, this.#now());
  }

  /** How many of what is followed fail at present. */
  get failing(): number {
    return this.#since.size;
  }

  /** For how long what fails longest of these has failed, in milliseconds; 0 when none of them does. */
  failingMs(sources: readonly string[]): number {
    const now = this.#now();
    return Math.max(0, ...sources.map((source) => now - (this.#since.get(source) ?? now)));
  }

  /** What has failed for too long; undefined when nothing has. The text stays the same while that does. */
  because(): string | undefined {
    const now = this.#now();
    const failed = [...this.#since].filter(([, since]) => now - since > troubleMs).map(([source]) => source);
    if (failed.length === 0) return undefined;
    return `lists or watches have failed for more than ${troubleMs / 1000} s: ${failed.sort().join(', ')}`;
  }
}
