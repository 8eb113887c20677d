/** A webhook on loopback, and the API server's side of it. */
import { randomUUID } from 'node:crypto';
import { createConnection } from 'node:net';
import { connect } from 'node:tls';
import { Agent, request } from 'undici';
import { makeServingCertificate } from '../../runner/admission/serving-certificate.ts';
import type { AdmissionJudge } from '../../runner/admission/review.ts';
import { startWebhookServer } from '../../runner/admission/webhook-server.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import type { Clock } from '../../runner/kube/clock.ts';
import { createLog } from '../../runner/telemetry/log.ts';
import { createMetrics } from '../../runner/telemetry/metrics.ts';

/** An AdmissionReview of a new object as the API server writes it. */
export function reviewOf(
  object: unknown,
  { kind, name } = { kind: 'TenantGateway', name: 'acme' },
): Record<string, unknown> {
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: randomUUID(),
      kind: { group: 'cellwright.dev', version: 'v1alpha1', kind },
      name,
      operation: 'CREATE',
      userInfo: { username: 'anna' },
      object,
      oldObject: null,
      dryRun: false,
    },
  };
}

/** A TenantGateway as it arrives. */
export const tenantGateway = (spec: unknown): Record<string, unknown> => ({
  apiVersion: 'cellwright.dev/v1alpha1',
  kind: 'TenantGateway',
  metadata: { name: 'acme', uid: '1', managedFields: [] },
  spec,
});

/** How a request was answered. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  /** `response` of the review; empty when the answer is none. */
  readonly response: {
    readonly uid?: string;
    readonly allowed?: boolean;
    readonly status?: { readonly message: string };
  };
}

/** What a test asks with. */
export interface Ask {
  readonly method?: 'GET' | 'POST';
  readonly path?: string;
  readonly contentType?: string;
  /** Address that the request comes from; from another one than the default all come over one connection. @default 127.0.0.1 */
  readonly localAddress?: string;
}

/** See above; hold it with `await using`. */
export async function startWebhook(judge: AdmissionJudge, clock: Clock = systemClock) {
  const certificate = await makeServingCertificate({ names: ['127.0.0.1'], now: Date.now(), lifeMs: 3_600_000 });
  const metrics = createMetrics({ queueDepth: () => 0 });
  const log = createLog({ level: 'error', readable: false, stream: { write: (line) => lines.push(line) } });
  const lines: string[] = [];
  const address = '127.0.0.1:0';
  const server = await startWebhookServer({ address, certificate, judge, clock, log, metrics });
  const ownAddress = '127.0.0.1';
  const agents = new Map<string, Agent>();
  const agentAt = (localAddress: string): Agent => {
    const known = agents.get(localAddress);
    if (known !== undefined) return known;
    const connections = localAddress === ownAddress ? null : 1;
    const agent = new Agent({ connect: { ca: certificate.ca }, localAddress, connections });
    agents.set(localAddress, agent);
    return agent;
  };
  const port = Number(server.address.split(':')[1]);
  return {
    lines,
    port,
    ca: certificate.ca,
    metrics: () => metrics.registry.metrics(),
    ask: async (
      body: string,
      { method = 'POST', path = '/validate?timeout=5s', contentType, localAddress = ownAddress }: Ask = {},
    ): Promise<Reply> => {
      const answer = await request(`https://${server.address}${path}`, {
        dispatcher: agentAt(localAddress),
        method,
        headers: { 'content-type': contentType ?? 'application/json' },
        body: method === 'GET' ? null : body,
      });
      const text = await answer.body.text();
      const isReview = answer.headers['content-type'] === 'application/json';
      const response = isReview ? (JSON.parse(text) as { response: Reply['response'] }).response : {};
      return { status: answer.statusCode, text, response };
    },
    /** Writes text as it is, and gives everything that comes back until the server ends the connection. */
    raw: (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        let answer = '';
        const socket = connect({ host: '127.0.0.1', port, ca: certificate.ca }, () => socket.write(text));
        socket.setEncoding('latin1').on('data', (part: string) => (answer += part));
        socket.on('error', reject).on('close', () => resolve(answer));
      }),
    /** Opens a connection without TLS and says nothing; settles when the server ends it. */
    unshaken: (): Promise<void> =>
      new Promise((resolve) => {
        const socket = createConnection({ host: '127.0.0.1', port });
        // A reset is an end, too.
        socket.resume().on('error', () => undefined);
        socket.on('close', () => resolve());
      }),
    [Symbol.asyncDispose]: async () => {
      for (const agent of agents.values()) await agent.destroy();
      await server.close();
    },
  };
}
