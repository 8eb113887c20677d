/**
 * HTTPS for the API server's reviews. Whoever reaches the port may ask: a verdict changes nothing and names no more than objects,
 * and no caller gets more than its share of time, bodies and connections.
 */
import { createServer } from 'node:https';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { webhookTimeoutSeconds } from '../../constructs/platform/admission/webhook.ts';
import type { Clock } from '../kube/clock.ts';
import { listen } from '../telemetry/listen.ts';
import type { Log } from '../telemetry/log.ts';
import type { admissionVerdicts, Metrics } from '../telemetry/metrics.ts';
import { ReviewDesk } from './answer-review.ts';
import { Callers } from './callers.ts';
import type { Caller } from './callers.ts';
import { ReviewRefusal, ShedReviewError } from './refusal.ts';
import type { AdmissionJudge } from './review.ts';
import type { ServingCertificate } from './serving-certificate.ts';

/** What the server works with. */
export interface WebhookServerOptions {
  /** `host:port`; an empty host means every interface, port 0 a free one. */
  readonly address: string;
  readonly certificate: ServingCertificate;
  readonly judge: AdmissionJudge;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'admissionReviews' | 'admissionSeconds'>;
}

/** A server that listens. */
export interface WebhookServer {
  /** `host:port` that it really listens on. */
  readonly address: string;
  /** New connections get this certificate from now on; the others stay as they are. */
  readonly use: (certificate: ServingCertificate) => void;
  /** Each answer is the last one of its connection from now on, so that callers turn to another replica. */
  readonly drain: () => void;
  /** Answers what came, then ends. */
  readonly close: () => Promise<void>;
}

/** The address cannot be used. */
export class AdmissionAddressError extends Error {
  readonly code = 'runner.admission-address';

  constructor(address: string, problem: string, cause?: unknown) {
    super(`Admission address ${JSON.stringify(address)}: ${problem}; use host:port, for example :8443`, { cause });
    this.name = 'AdmissionAddressError';
  }
}

/** No caller waits longer than this for an answer, in milliseconds. */
const patienceMs = webhookTimeoutSeconds * 1000;

/**
 * An API server keeps a connection that it has no use for this long, in milliseconds, also one that it opened to be sure and never
 * used (Go's IdleConnTimeout, https://pkg.go.dev/net/http#Transport, with what client-go sets). We close later: who closes first
 * cannot close on a request that is on its way, and one that is lost so is not sent again.
 */
const idleMs = 90_000;

const limits = {
  handshakeTimeout: patienceMs,
  keepAliveTimeout: idleMs + 30_000,
  // Both count from the opening of a connection; what a slow body may take is in request-body.ts.
  headersTimeout: idleMs + 10_000,
  requestTimeout: idleMs + 10_000,
  maxHeaderSize: 16 * 1024,
} as const;

/** Far more than API servers open; one that waits for its head costs some ten kilobytes. */
const mostConnections = 512;
const mostConnectionsOfOne = mostConnections / 2;

/** What a TLS handshake costs the event loop, in milliseconds; charged before it begins. */
const handshakeMs = 2;

/**
 * Starts listening.
 * @throws AdmissionAddressError for an address that is no `host:port`, is taken, or is not of this machine
 */
export async function startWebhookServer(options: WebhookServerOptions): Promise<WebhookServer> {
  const desk = new ReviewDesk(options.judge, options.clock);
  const callers = new Callers(options.clock);
  const underWay = new Set<ServerResponse>();
  let isDraining = false;
  const server = createServer({ ...limits, ...tlsOptions(options.certificate) }, (request, response) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    if (isDraining) response.setHeader('connection', 'close');
    void respond(options, { desk, caller: callers.of(request.socket.remoteAddress), request, response });
  });
  server.maxConnections = mostConnections;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    const caller = callers.of(socket.remoteAddress);
    if (caller.isSpent || caller.connections >= mostConnectionsOfOne) {
      options.metrics.admissionReviews.inc({ verdict: 'shed' });
      socket.destroy();
      return;
    }
    caller.charge(handshakeMs);
    caller.connections += 1;
    sockets.add(socket);
    socket.once('close', () => {
      caller.connections -= 1;
      sockets.delete(socket);
    });
  });
  const address = await listen(
    server,
    options.address,
    (problem, cause) => new AdmissionAddressError(options.address, problem, cause),
  );
  return {
    address,
    use: (certificate) => server.setSecureContext(tlsOptions(certificate)),
    drain: () => {
      isDraining = true;
    },
    close: () => closed(server, { sockets, underWay }, options.clock),
  };
}

function tlsOptions({ certificate, key }: ServingCertificate): SecureContextOptions {
  return { cert: certificate, key, minVersion: 'TLSv1.3' };
}

interface Open {
  readonly sockets: ReadonlySet<Socket>;
  readonly underWay: ReadonlySet<ServerResponse>;
}

/** Connections that carry no request are closed at once, the others after their answer. */
function closed(server: Server, { sockets, underWay }: Open, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const closeAll = (): void => {
      // Not `closeAllConnections`: that leaves those whose handshake is under way.
      for (const socket of sockets) socket.destroy();
    };
    const cancel = clock.after(patienceMs, closeAll);
    server.close(() => {
      cancel();
      resolve();
    });
    const answered = [...underWay].map((response) => new Promise((done) => response.once('close', done)));
    void Promise.all(answered).then(closeAll);
  });
}

interface Exchange {
  readonly desk: ReviewDesk;
  readonly caller: Caller;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function respond({ clock, log, metrics }: WebhookServerOptions, exchange: Exchange): Promise<void> {
  const { desk, caller, request, response } = exchange;
  const began = clock.monotonic();
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the caller hung up')));
  const end = (verdict: (typeof admissionVerdicts)[number]): void => {
    metrics.admissionReviews.inc({ verdict });
    metrics.admissionSeconds.observe((clock.monotonic() - began) / 1000);
  };
  try {
    const { json, allowed } = await desk.answer(request, { caller, signal: gone.signal });
    response.setHeader('content-type', 'application/json');
    response.end(json);
    end(allowed ? 'allowed' : 'denied');
  } catch (error) {
    const isOurs = !(error instanceof ReviewRefusal);
    end(verdictBy(error));
    if (gone.signal.aborted) return;
    if (isOurs) log.error({ err: error }, 'a review got no verdict');
    refuse(response, isOurs ? new ReviewRefusal(500, 'there is no verdict', 'see the log of the runner') : error);
  }
}

function verdictBy(error: unknown): (typeof admissionVerdicts)[number] {
  if (error instanceof ShedReviewError) return 'shed';
  return error instanceof ReviewRefusal && error.status !== 503 ? 'refused' : 'unjudged';
}

/** Ends the connection: what is left of the body is not read. */
function refuse(response: ServerResponse, { status, message }: ReviewRefusal): void {
  response.statusCode = status;
  if (status === 405) response.setHeader('allow', 'POST');
  response.setHeader('connection', 'close');
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(`${message}\n`);
}
