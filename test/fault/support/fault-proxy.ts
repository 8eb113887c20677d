/**
 * A proxy in front of a real API server that injects faults: TLS on both sides, one exchange upstream for each one that comes,
 * and no knowledge of Kubernetes but the form of a refusal and of a watch. A client reaches it by a kubeconfig of its own.
 */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request as requestUpstream } from 'node:https';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { layoutOf } from '../../../playground/layout.ts';
import { isList, isWatch, isWrite, noFaults, statusBody } from './faults.ts';
import type { EventFault, Fault, Judge, Meeting, ProxiedRequest, WatchFaults } from './faults.ts';
import { tamperedEvents } from './tampered-events.ts';

/** The control plane to stand in front of. */
export interface ProxiedPlane {
  /** Folder of a playground: its serving certificate is good for any port of this machine. */
  readonly dir: string;
  readonly kubeconfigPath: string;
}

interface Upstream {
  readonly url: URL;
  readonly agent: Agent;
}

/** Runs until it is disposed. */
export class FaultProxy implements AsyncDisposable {
  /** Decides over each request from now on. */
  judge: Judge = noFaults;
  /** Where clients find the proxy. */
  readonly kubeconfigPath: string;
  readonly #server: Server;
  readonly #upstream: Upstream;
  /** Faults that were carried out, by type. */
  readonly #carriedOut = new Map<string, number>();

  private constructor(server: Server, upstream: Upstream, kubeconfigPath: string) {
    this.#server = server;
    this.#upstream = upstream;
    this.kubeconfigPath = kubeconfigPath;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#serve(request, response).catch(() => {
        // One of the two ends is gone; the other learns of it in the same way.
        response.destroy();
      });
    });
  }

  /** @param name tells proxies of one control plane apart */
  static async start({ dir, kubeconfigPath }: ProxiedPlane, name = 'proxied'): Promise<FaultProxy> {
    const { pkiFile } = layoutOf(dir);
    const server = createServer({
      cert: readFileSync(pkiFile('server.crt')),
      key: readFileSync(pkiFile('server.key')),
    });
    // The client decides how long a connection stays; the default of 5 s would be a fault that no seed knows of.
    (server as HttpServer).keepAliveTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const url = new URL(config.getCurrentCluster()?.server ?? '');
    const user = config.getCurrentUser();
    const decode = (data: string | undefined): Buffer | undefined =>
      data === undefined ? undefined : Buffer.from(data, 'base64');
    // Who comes with a token has it in each request.
    const agent = new Agent({
      keepAlive: true,
      ca: decode(config.getCurrentCluster()?.caData),
      cert: decode(user?.certData),
      key: decode(user?.keyData),
    });
    const { port } = server.address() as AddressInfo;
    const proxied = path.join(dir, `kubeconfig-${name}`);
    const text = readFileSync(kubeconfigPath, 'utf8').replaceAll(url.origin, `https://127.0.0.1:${port}`);
    writeFileSync(proxied, text, { mode: 0o600 });
    return new FaultProxy(server, { url, agent }, proxied);
  }

  /** How often each fault was carried out: `answer 429 with Retry-After` → 3, `lost-answer of a write` → 2. */
  get carriedOut(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#carriedOut].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  /** Cuts every connection, streams included; new ones are taken. */
  cutAll(): void {
    this.#server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    this.#upstream.agent.destroy();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const exchange: Exchange = { request, incoming, response };
    const fault = this.judge(request);
    if (fault === undefined) return this.#forward(exchange);
    if (fault.type !== 'watch') this.#count(nameOfFault(fault, request));
    return this.#carryOut(fault, exchange);
  }

  async #carryOut(fault: Fault, exchange: Exchange): Promise<void> {
    const { response } = exchange;
    switch (fault.type) {
      case 'answer':
        refuse(fault, response);
        return;
      case 'silence':
        // Over when the client gives up, too.
        await Promise.race([sleep(fault.ms, undefined, { ref: false }), once(response, 'close')]);
        response.destroy();
        return;
      case 'reset-before':
        response.destroy();
        return;
      case 'reset-mid-body':
        return this.#answerHalf(exchange);
      case 'lost-answer':
        return this.#meetAfter(exchange, () => Promise.resolve('cut'));
      case 'slow':
        await sleep(fault.ms);
        return this.#forward(exchange);
      case 'old-answer':
        return this.#meetAfter(exchange, () => sleep(fault.ms, 'go-on' as const));
      case 'late-arrival':
        response.destroy();
        await sleep(fault.ms);
        await this.#whole(exchange);
        return;
      case 'meet':
        return this.#meet(fault, exchange);
      case 'watch':
        return this.#forward(exchange, fault.faults);
    }
  }

  #count(what: string): void {
    this.#carriedOut.set(what, (this.#carriedOut.get(what) ?? 0) + 1);
  }

  async #meet({ when, meet }: Extract<Fault, { type: 'meet' }>, exchange: Exchange): Promise<void> {
    if (when === 'after') return this.#meetAfter(exchange, meet);
    if ((await meet()) === 'cut') exchange.response.destroy();
    // Also for a client that is gone: what was on the wire arrives.
    else await this.#forward(exchange);
  }

  async #meetAfter(exchange: Exchange, meet: () => Promise<Meeting>): Promise<void> {
    const { head, body } = await this.#whole(exchange);
    if ((await meet()) === 'cut') exchange.response.destroy();
    else exchange.response.writeHead(head.statusCode ?? 502, passedOn(head)).end(body);
  }

  async #answerHalf(exchange: Exchange): Promise<void> {
    const { head, body } = await this.#whole(exchange);
    const { response } = exchange;
    response.writeHead(head.statusCode ?? 502, { ...passedOn(head), 'content-length': body.length });
    // Flushed before the cut: the client has read a status and part of a body.
    await new Promise<void>((resolve) => response.write(body.subarray(0, body.length >> 1), () => resolve()));
    response.destroy();
  }

  /** The whole answer of the API server. */
  async #whole(exchange: Exchange): Promise<{ readonly head: IncomingMessage; readonly body: Buffer }> {
    const head = await this.#ask(exchange);
    const chunks: Buffer[] = [];
    for await (const chunk of head) chunks.push(chunk as Buffer);
    return { head, body: Buffer.concat(chunks) };
  }

  async #forward(exchange: Exchange, faults?: WatchFaults): Promise<void> {
    const { response, request } = exchange;
    const head = await this.#ask(exchange);
    response.once('close', () => head.destroy());
    response.writeHead(head.statusCode ?? 502, passedOn(head));
    if (isWatch(request)) response.flushHeaders();
    if (faults !== undefined && head.statusCode === 200) return this.#tamper(head, response, faults);
    head.once('error', () => response.destroy());
    head.pipe(response);
  }

  async #tamper(head: IncomingMessage, response: ServerResponse, faults: WatchFaults): Promise<void> {
    const next = (): EventFault | undefined => {
      const fault = faults.next();
      if (fault !== undefined) this.#count(`watch ${fault.type}`);
      return fault;
    };
    for await (const { text, then } of tamperedEvents(head, next)) {
      await new Promise<void>((resolve) => response.write(text, () => resolve()));
      if (then === 'cut') response.destroy();
    }
    response.end();
  }

  #ask({ request, incoming, response }: Exchange): Promise<IncomingMessage> {
    const { url, agent } = this.#upstream;
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    return new Promise((resolve, reject) => {
      const upstream = requestUpstream(
        new URL(incoming.url ?? '/', url),
        { agent, method: request.method, headers: { ...headers, 'content-length': request.body.length } },
        resolve,
      );
      upstream.once('error', reject);
      if (isWatch(request)) response.once('close', () => upstream.destroy());
      upstream.end(request.body);
    });
  }
}

interface Exchange {
  readonly request: ProxiedRequest;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}

async function readRequest(incoming: IncomingMessage): Promise<ProxiedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'https://any');
  return {
    method: incoming.method ?? 'GET',
    path: pathname,
    query: searchParams,
    userAgent: incoming.headers['user-agent'] ?? '',
    body: Buffer.concat(chunks),
  };
}

/** What some faults are depends on what they meet: an old answer to a list is a list of an older snapshot. */
function nameOfFault(fault: Fault, request: ProxiedRequest): string {
  switch (fault.type) {
    case 'answer':
      return `answer ${fault.status}${fault.retryAfterSeconds === undefined ? '' : ' with Retry-After'}`;
    case 'lost-answer':
    case 'old-answer':
    case 'late-arrival':
      return `${fault.type} of a ${isWrite(request) ? 'write' : isList(request) ? 'list' : 'read'}`;
    default:
      return fault.type;
  }
}

function refuse(fault: Extract<Fault, { type: 'answer' }>, response: ServerResponse): void {
  const retryAfter = fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
  const [type, body] =
    fault.isPlain === true ? ['text/plain', `${fault.reason}\n`] : ['application/json', statusBody(fault)];
  response.writeHead(fault.status, { 'content-type': type, ...retryAfter }).end(body);
}

/** Headers of an answer that mean the same on the next connection. */
function passedOn({ headers }: IncomingMessage): IncomingMessage['headers'] {
  const { connection: _connection, 'transfer-encoding': _encoding, ...others } = headers;
  return others;
}
