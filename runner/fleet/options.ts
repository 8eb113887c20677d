/** What a runner is told. */
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { CellExtension } from '../../constructs/synth/fleet-config.ts';
import type { AdmissionOptions } from '../admission/start-admission.ts';
import type { FightBounds } from '../engine/fights.ts';
import type { ElectionOptions } from '../engine/leader-election.ts';
import type { PaceBounds } from '../engine/pace.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Send } from '../kube/send.ts';
import type { Log } from '../telemetry/log.ts';

/** See the fields. */
export interface RunnerOptions {
  /** From `loadCluster`. */
  readonly cluster: Cluster;
  readonly assets: SynthAssets;
  readonly log: Log;
  /** Ends the runner: no new write starts, those on the wire may end (5 s), then the lease is given back. */
  readonly signal: AbortSignal;
  /** Version of Cellwright, for the user agent and for status. */
  readonly version: string;
  /** @default - `cellwright-runner/<version>` */
  readonly userAgent?: string;
  /** Tenants worked on at once. @default 8 */
  readonly concurrency?: number;
  /** Rollouts under way at once before a change of a profile begins on no more tenants. @default 100, each for at most 30 s */
  readonly pace?: PaceBounds;
  /** Take part in an election, so that of several runners one works. @default - no election: this runner works at once */
  readonly election?: Omit<ElectionOptions, 'identity'>;
  /** `host:port` for probes and metrics. @default - none are served */
  readonly healthAddress?: string;
  /** The validating webhook. @default - no reviews are answered */
  readonly admission?: AdmissionOptions;
  /** Deletions of tenants count together when they are less than this apart, in milliseconds. @default 600000 */
  readonly massDeletionWindowMs?: number;
  /** When somebody works against us. @default - `defaultBounds` of engine/fights.ts */
  readonly fights?: FightBounds;
  /** Extension of cells that this runner carries. @default - none: tenants that name one are refused */
  readonly extension?: CellExtension;
  /** Path of the program that judges Rego; asked for when a bundle has some. @default - `findOpa` with this process' environment */
  readonly opa?: (signal: AbortSignal) => Promise<string>;
  /** Called once, when everything that is known was worked on. */
  readonly onSettled?: () => void;
  /** Put around the transport, for tests that inject faults. @default - nothing */
  readonly wrap?: (send: Send) => Send;
}
