/**
 * HTTP to one API server over one shared agent.
 *
 * The generated clients of @kubernetes/client-node open a connection for every call; one agent makes a write about five
 * times cheaper. The agent is replaced only when the TLS material changes (rotated certificates); requests under way end on the old one.
 */
import { isDeepStrictEqual } from 'node:util';
import { Agent, ProxyAgent, Socks5ProxyAgent, request as send } from 'undici';
import type { buildConnector, Dispatcher } from 'undici';
import { ApiError, ConnectionError, isUnauthorized } from './api-error.ts';
import type { StatusBody } from './api-error.ts';
import { orAborted } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Cluster } from './cluster.ts';
import { credentialSource } from './credentials.ts';
import type { Credentials, TlsMaterial } from './credentials.ts';
import { Gate } from './gate.ts';
import { describeRequest } from './send.ts';
import type { ApiRequest, ApiResponse, Send } from './send.ts';

/** Time without an answer after which a request has failed, in milliseconds; the API server's own limit is 60 s. */
const answerMs = 65_000;
const connectMs = 10_000;
/** Idle connections are kept this long, in milliseconds; load balancers in front of API servers cut at 60 s and more. */
const idleMs = 45_000;

/** What every request carries. */
export interface TransportOptions {
  readonly userAgent: string;
  readonly clock: Clock;
}

/** A way to send, and how to close its connections. */
export interface Transport {
  readonly send: Send;
  readonly close: () => Promise<void>;
}

/** Connects lazily: the first request opens the first connection. */
export function createTransport(cluster: Cluster, { userAgent, clock }: TransportOptions): Transport {
  const credentials = credentialSource(cluster, clock);
  const agents = sharedAgent(cluster);
  const sendAs = async (request: ApiRequest, { headers, tls }: Credentials): Promise<ApiResponse> => {
    const response = await exchange(request, {
      url: urlOf(cluster.server, request),
      dispatcher: agents.forTls(tls),
      headers: { ...headers, accept: request.accept ?? 'application/json', 'user-agent': userAgent },
    });
    return toApiResponse(request, response);
  };
  return {
    close: agents.close,
    send: async (request) => {
      const used = await orAborted(credentials.current(), request.signal);
      try {
        return await sendAs(request, used);
      } catch (error) {
        const others = isUnauthorized(error) ? await orAborted(credentials.inPlaceOf(used), request.signal) : undefined;
        if (others === undefined) throw error;
        return sendAs(request, others);
      }
    },
  };
}

interface Exchange {
  readonly url: string;
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
}

async function exchange(request: ApiRequest, { url, dispatcher, headers }: Exchange): Promise<Dispatcher.ResponseData> {
  const contentType = request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' };
  const gate = new Gate(request.beforeSend);
  try {
    return await send(url, {
      dispatcher: gate.around(dispatcher),
      method: request.method,
      headers: { ...headers, ...contentType },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: request.signal,
      headersTimeout: answerMs,
      bodyTimeout: request.stream === true ? 0 : answerMs,
    });
  } catch (error) {
    request.signal.throwIfAborted();
    if (gate.refusal !== undefined) throw gate.refusal;
    throw new ConnectionError(describeRequest(request), messageOf(error), error);
  }
}

async function toApiResponse(request: ApiRequest, response: Dispatcher.ResponseData): Promise<ApiResponse> {
  if (response.statusCode >= 400) throw await refusal(request, response);
  return {
    status: response.statusCode,
    warnings: warningsOf(response.headers['warning']),
    chunks: response.body,
    json: () => readJson(request, response),
  };
}

async function readJson(request: ApiRequest, response: Dispatcher.ResponseData): Promise<unknown> {
  try {
    return await response.body.json();
  } catch (error) {
    request.signal.throwIfAborted();
    throw new ConnectionError(describeRequest(request), `the answer broke off (${messageOf(error)})`, error);
  }
}

async function refusal(request: ApiRequest, response: Dispatcher.ResponseData): Promise<ApiError> {
  const text = await response.body.text().catch((error: unknown) => `the answer broke off (${messageOf(error)})`);
  const parsed = parseStatus(text);
  const status = parsed ?? { message: text.slice(0, 500) };
  const fromHeader = Number(response.headers['retry-after']);
  const base = ApiError.fromStatus(describeRequest(request), status, response.statusCode);
  return new ApiError(describeRequest(request), base.serverMessage, {
    status: base.status,
    reason: base.reason,
    causes: base.causes,
    retryAfterSeconds: Number.isFinite(fromHeader) ? fromHeader : base.retryAfterSeconds,
    continueFrom: base.continueFrom,
    isStatus: parsed !== undefined,
  });
}

function parseStatus(text: string): StatusBody | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    // A proxy in between answers in HTML or plain text; the caller then quotes it.
    return undefined;
  }
}

/** Texts of `299 - "text"` headers (RFC 7234 §5.5). */
function warningsOf(header: string | string[] | undefined): string[] {
  const values = header === undefined ? [] : Array.isArray(header) ? header : [header];
  return values.flatMap((value) => [...value.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? ''));
}

function urlOf(server: string, { path, query }: ApiRequest): string {
  const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
  return `${server}${path}${search}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface SharedAgent {
  readonly forTls: (tls: TlsMaterial) => Dispatcher;
  readonly close: () => Promise<void>;
}

function sharedAgent(cluster: Cluster): SharedAgent {
  let current: { readonly tls: TlsMaterial; readonly agent: Dispatcher } | undefined;
  return {
    forTls: (tls) => {
      if (current === undefined || !isDeepStrictEqual(current.tls, tls)) {
        void current?.agent.close();
        current = { tls, agent: createAgent(cluster, tls) };
      }
      return current.agent;
    },
    close: async () => {
      await current?.agent.destroy();
    },
  };
}

/** The kubeconfig decides direct or proxy; HTTP/2 stays off, so that one slow stream holds up no other. */
function createAgent({ config }: Cluster, tls: TlsMaterial): Dispatcher {
  const common = { connectTimeout: connectMs, keepAliveTimeout: idleMs, allowH2: false };
  // The same options; undici's type forbids a key that is present and undefined, which tlsOf never makes.
  const requestTls = tls as buildConnector.BuildOptions;
  const route = config.createDispatcherOptions(config.getCurrentCluster(), tls);
  switch (route.type) {
    case 'proxy':
      return new ProxyAgent({ ...common, uri: route.uri, requestTls });
    case 'socks':
      return new Socks5ProxyAgent(route.uri, { ...common, requestTls });
    case 'agent':
    case 'none':
      return new Agent({ ...common, connect: { ...requestTls, timeout: connectMs } });
  }
}
