/** The client as the runner uses it: which policies lie around the bare transport, and in which order. */
import { KubeClient } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import { withFence } from '../kube/fence.ts';
import { withLastWrites } from '../kube/last-writes.ts';
import { withRetryAfter } from '../kube/retry-after.ts';
import type { Send } from '../kube/send.ts';
import { createTransport } from '../kube/transport.ts';
import type { Log } from '../telemetry/log.ts';
import { withRequestCount } from '../telemetry/metrics.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** What a connection is made of. */
export interface ConnectionOptions {
  readonly cluster: Cluster;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'requests' | 'requestSeconds'>;
  /** Asked at the moment of each write. */
  readonly mayWrite: () => boolean;
  /** Put around the transport itself, for tests that inject faults. @default - nothing */
  readonly wrap?: ((send: Send) => Send) | undefined;
}

/** Clients of one cluster over one agent. */
export interface Connection {
  /** For the fleet: writes only while we lead, and a write that is on the wire at the end may come to its own. */
  readonly client: KubeClient;
  /** For admission: every replica writes. */
  readonly admissionClient: KubeClient;
  /** For the lease, which is written to become the leader. */
  readonly electionClient: KubeClient;
  readonly close: () => Promise<void>;
}

export function connect({ cluster, userAgent, clock, log, metrics, mayWrite, wrap }: ConnectionOptions): Connection {
  const transport = createTransport(cluster, { userAgent, clock });
  const counted = withRequestCount((wrap ?? ((send) => send))(transport.send), metrics, () => clock.monotonic());
  const onWarning = (request: string, warning: string): void =>
    log.warn({ request }, `the API server warns: ${warning}`);
  return {
    // The fence is inside: a request that waited for Retry-After asks again whether it may still be sent.
    client: new KubeClient(withRetryAfter(withFence(withLastWrites(counted, clock), mayWrite), clock), onWarning),
    admissionClient: new KubeClient(withRetryAfter(counted, clock), onWarning, 'cellwright-admission'),
    electionClient: new KubeClient(counted, onWarning),
    close: transport.close,
  };
}
