/**
 * Requests of the runner, counted by the API server itself: follows its audit log, which has a line for every request before
 * the answer is sent. Only the lines since the last look are read, so that it is cheap on a log of a gigabyte.
 */
import { randomUUID } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../test/api/support/api-client.ts';

/** `patch tenantgateways/status` → how often. A watch counts once, when it was opened. */
export type Counts = ReadonlyMap<string, number>;

/** Sum of the counts whose name matches. */
export function countOf(counts: Counts, what: RegExp): number {
  return [...counts].reduce((sum, [name, count]) => sum + (what.test(name) ? count : 0), 0);
}

/** What a runner costs: everything but its lease, and watches that end and are opened again. */
export const costing = /^(?!watch |\w+ leases$)/;
export const writes = /^(create|update|patch|delete|deletecollection) (?!leases$)/;

const markPath = '/version?mark=';
const chunkSize = 1 << 22;

interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly namespace?: string };
  readonly responseStatus?: { readonly code?: number };
}

/** Options of {@link RequestCounts.open}. */
export interface CountsOptions {
  /** Sends the marks between one look and the next. */
  readonly client: Pick<ApiClient, 'ok'>;
  /** Name before the slash of the user agent whose requests count. */
  readonly agent: string;
  /** Only requests in this namespace that were answered 403. @default - every request, whatever its answer */
  readonly refusedIn?: string;
}

/** See above. */
export class RequestCounts implements AsyncDisposable {
  readonly #file: string;
  readonly #client: Pick<ApiClient, 'ok'>;
  readonly #agent: string;
  readonly #refusedIn: string | undefined;
  #handle: FileHandle;
  #offset = 0;
  #rest = '';
  #counts = new Map<string, number>();

  private constructor(file: string, { client, agent, refusedIn }: CountsOptions, handle: FileHandle) {
    this.#file = file;
    this.#client = client;
    this.#agent = `"userAgent":"${agent}/`;
    this.#refusedIn = refusedIn;
    this.#handle = handle;
  }

  /** Counts from the beginning of the log. */
  static async open(file: string, options: CountsOptions): Promise<RequestCounts> {
    return new RequestCounts(file, options, await open(file));
  }

  /** Requests answered since the last call. */
  async take(): Promise<Counts> {
    const mark = `${markPath}${randomUUID()}`;
    await this.#client.ok({ path: mark });
    while (!(await this.#readOn(mark))) await sleep(5);
    const counts = this.#counts;
    this.#counts = new Map();
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  /** Whether the mark was among what is new. */
  async #readOn(mark: string): Promise<boolean> {
    let isMarked = await this.#readToEnd(mark);
    const { ino } = await stat(this.#file);
    if (ino !== (await this.#handle.stat()).ino) {
      // The API server began a new file; the old one is complete now.
      isMarked = (await this.#readToEnd(mark)) || isMarked;
      await this.#handle.close();
      this.#handle = await open(this.#file);
      this.#offset = 0;
      isMarked = (await this.#readToEnd(mark)) || isMarked;
    }
    return isMarked;
  }

  async #readToEnd(mark: string): Promise<boolean> {
    let isMarked = false;
    for (;;) {
      const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(chunkSize), 0, chunkSize, this.#offset);
      if (bytesRead === 0) return isMarked;
      this.#offset += bytesRead;
      // Names and user agents are ASCII, so a chunk that ends inside a character spoils nothing that is looked at.
      const lines = (this.#rest + buffer.toString('latin1', 0, bytesRead)).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.includes(this.#agent)) this.#count(JSON.parse(line) as AuditEvent);
        else isMarked ||= line.includes(mark);
      }
    }
  }

  #count({ stage, verb, requestURI, objectRef, responseStatus }: AuditEvent): void {
    if (stage !== (verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete')) return;
    const { resource = requestURI, subresource, namespace } = objectRef ?? {};
    const isRefused = responseStatus?.code === 403 && namespace === this.#refusedIn;
    if (this.#refusedIn !== undefined && !isRefused) return;
    const name = `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}

/** Adds up. */
export function sum(all: readonly Counts[]): Counts {
  const total = new Map<string, number>();
  for (const counts of all) for (const [name, count] of counts) total.set(name, (total.get(name) ?? 0) + count);
  return total;
}
