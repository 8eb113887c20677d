/**
 * The API server's own floor: the writes of a fleet by a plain loop over one shared agent, rendered beforehand. It watches
 * nothing, compares nothing and reports nothing.
 */
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { apply, create, inParallel } from './cluster.ts';
import type { BenchCluster } from './cluster.ts';
import { childrenOf } from './managed-fleet.ts';
import type { FleetObject } from './managed-fleet.ts';

/** Requests at once; more make each slower and all of them no faster. */
export const workers = 32;

/** What the floor takes: seconds until the last StatefulSet is ready, and the writes sent. */
export interface Floor {
  readonly seconds: number;
  readonly writtenSeconds: number;
  readonly writes: number;
}

/** Brings the tenants to life on a cluster of their own. */
export async function floor({ admin, workloads }: BenchCluster, tenants: readonly FleetObject[]): Promise<Floor> {
  const children = tenants.map(childrenOf);
  const isNamespace = ({ kind }: KubeObject): boolean => kind === 'Namespace';
  const rest = children.flatMap((objects) => objects.filter((object) => !isNamespace(object)));
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  await inParallel(tenants, { workers }, (tenant) => create(admin, tenant));
  await inParallel(
    children.flatMap((objects) => objects.filter(isNamespace)),
    { workers },
    (object) => create(admin, object),
  );
  await inParallel(rest, { workers }, (object) => (isPosted(object) ? create(admin, object) : apply(admin, object)));
  const writtenSeconds = seconds();
  await workloads.untilReady(tenants.length);
  return { seconds: seconds(), writtenSeconds, writes: tenants.length + children.flat().length };
}

/** As the runner does it. */
function isPosted(object: KubeObject): boolean {
  return object.kind === 'Secret' || object['immutable'] === true;
}
