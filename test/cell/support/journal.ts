/** What a fake server saw, in order; a test waits for what has not come yet instead of sleeping. */

/** Seconds until a wait gives up: above the two minutes of an approval, and far above a turn of the agent. */
const patience = 180;

/** An append-only list that can be waited on. */
export class Journal<Entry> {
  readonly #name: string;
  readonly #entries: Entry[] = [];
  readonly #waiting = new Set<() => void>();

  /** @param name names the entries in the error of a wait that gives up */
  constructor(name: string) {
    this.#name = name;
  }

  /** Everything so far. */
  get all(): readonly Entry[] {
    return [...this.#entries];
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    for (const look of [...this.#waiting]) {
      look();
    }
  }

  /** The first entry that matches, which may have been there before; `what` says in words what is awaited. */
  async until(what: string, matches: (entry: Entry) => boolean): Promise<Entry> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`${this.#name}: no ${what} for ${patience} s; there is:\n${this.#told()}`));
      }, patience * 1000);
      const look = (): void => {
        const found = this.#entries.find(matches);
        if (found !== undefined) {
          stop();
          resolve(found);
        }
      };
      this.#waiting.add(look);
      look();
    });
  }

  #told(): string {
    const lines = this.#entries.slice(-20).map((entry) => JSON.stringify(entry).slice(0, 600));
    return lines.length === 0 ? '(nothing)' : lines.join('\n');
  }
}
