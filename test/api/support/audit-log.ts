/** The API server's own audit log as exact request counts: what proves "zero requests". */
import { randomUUID } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';

/** What the runner's user agent begins with, where a test gives it no other. */
export const runnerAgent = 'cellwright-runner/';

/** Verbs as the API server names them; an empty string for paths that are no resources. */
export type AuditVerb =
  'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | (string & {});

/** One request that the API server got. */
export interface AuditRequest {
  readonly id: string;
  readonly userAgent: string;
  readonly user: string;
  readonly verb: AuditVerb;
  readonly uri: string;
  readonly apiGroup: string;
  /** `pods`; with a subresource, `pods/status`. Empty for paths that are no resources. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly status: number;
  /** Why it was denied; empty where it was not. */
  readonly message: string;
  /** When the API server received it, by its own clock; ordered as text. */
  readonly received: string;
}

/** A moment in the log. */
export interface AuditMark {
  readonly offset: number;
  /** When the API server received the request that made the mark, by its own clock; ordered as text. */
  readonly received: string;
}

/** Requests of one user agent. */
export interface RequestCounts {
  readonly total: number;
  /** get, list. */
  readonly reads: number;
  readonly watches: number;
  /** create, update, patch, delete, deletecollection. */
  readonly writes: number;
  /** `patch networkpolicies` → how often. */
  readonly byWhat: Readonly<Record<string, number>>;
}

/** Reads the audit log of one control plane. */
export class AuditLog {
  readonly #file: string;
  readonly #client: ApiClient;

  constructor(file: string, client: ApiClient) {
    this.#file = file;
    this.#client = client;
  }

  /** Marks the present moment: every request answered before is before the mark. */
  async mark(): Promise<AuditMark> {
    const from = (await stat(this.#file)).size;
    const { offset, received } = await this.#sendMark(from);
    return { offset, received };
  }

  /**
   * Requests received after a mark and answered by now, in order of their answers. A watch counts once, when it was opened;
   * the marks themselves do not count.
   */
  async since(mark: AuditMark): Promise<AuditRequest[]> {
    const { lines } = await this.#sendMark(mark.offset);
    const found = new Map<string, AuditRequest>();
    for (const event of lines) {
      if (event.requestReceivedTimestamp > mark.received && !event.requestURI.startsWith(markPath)) {
        found.set(event.auditID, toRequest(event));
      }
    }
    return [...found.values()];
  }

  /** Requests that came while something ran. */
  async during(work: () => Promise<unknown>): Promise<AuditRequest[]> {
    const mark = await this.mark();
    await work();
    return this.since(mark);
  }

  /** Sends a request of its own and waits until the log has it: what was answered before it is in the log too. */
  async #sendMark(from: number): Promise<{ lines: AuditEvent[]; offset: number; received: string }> {
    const uri = `${markPath}${randomUUID()}`;
    await this.#client.ok({ path: uri });
    for (;;) {
      const text = await readFrom(this.#file, from);
      const whole = text.subarray(0, text.lastIndexOf(0x0a) + 1);
      const lines = eventsOf(whole);
      const ours = lines.find((event) => event.requestURI === uri);
      if (ours) {
        return { lines, offset: from + whole.length, received: ours.requestReceivedTimestamp };
      }
      await sleep(5);
    }
  }
}

const writing = new Set<AuditVerb>(['create', 'update', 'patch', 'delete', 'deletecollection']);
const reading = new Set<AuditVerb>(['get', 'list']);

/** Counts requests per user agent; only the part before the first space of an agent's name is its key. */
export function countRequests(requests: readonly AuditRequest[]): Map<string, RequestCounts> {
  const counts = new Map<
    string,
    { -readonly [K in keyof RequestCounts]: RequestCounts[K] } & { byWhat: Record<string, number> }
  >();
  for (const { userAgent, verb, resource, uri } of requests) {
    const agent = userAgent.split(' ')[0] ?? '';
    const count = counts.get(agent) ?? { total: 0, reads: 0, watches: 0, writes: 0, byWhat: {} };
    counts.set(agent, count);
    const what = `${verb} ${resource === '' ? uri : resource}`;
    count.total += 1;
    count.reads += Number(reading.has(verb));
    count.watches += Number(verb === 'watch');
    count.writes += Number(writing.has(verb));
    count.byWhat[what] = (count.byWhat[what] ?? 0) + 1;
  }
  return counts;
}

const markPath = '/version?mark=';

/** The parts of an audit.k8s.io/v1 Event that we use. */
interface AuditEvent {
  readonly auditID: string;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly verb: string;
  readonly userAgent?: string;
  readonly user: { readonly username?: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number; readonly message?: string };
}

function eventsOf(text: Buffer): AuditEvent[] {
  return text
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditEvent);
}

/** One whole line of the log. */
export function auditRequestOf(line: string): AuditRequest {
  return toRequest(JSON.parse(line) as AuditEvent);
}

function answerOf({
  responseStatus: { code = 0, message = '' } = {},
}: AuditEvent): Pick<AuditRequest, 'status' | 'message'> {
  return { status: code, message: code === 403 ? message : '' };
}

function toRequest(event: AuditEvent): AuditRequest {
  const { apiGroup = '', resource = '', subresource, namespace = '', name = '' } = event.objectRef ?? {};
  return {
    id: event.auditID,
    userAgent: event.userAgent ?? '',
    user: event.user.username ?? '',
    verb: event.verb,
    uri: event.requestURI,
    apiGroup,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    namespace,
    name,
    ...answerOf(event),
    received: event.requestReceivedTimestamp,
  };
}

async function readFrom(file: string, offset: number): Promise<Buffer> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  if (size < offset) {
    throw new Error(
      `${file} is shorter than before: the API server began a new one, and counts over the change are lost`,
    );
  }
  const buffer = Buffer.alloc(size - offset);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
  return buffer.subarray(0, bytesRead);
}
