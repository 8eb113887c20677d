/** Somebody opens a tenant's network: how long until the runner has closed it. */
import { tenantName } from '../fleet.ts';
import { cellNamespace } from '../../constructs/cell/labels.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import { ObjectStore } from '../../runner/kube/object-store.ts';
import type { Stored } from '../../runner/kube/object-store.ts';
import { followKind } from './workloads.ts';
import type { Row } from './report.ts';
import type { Session } from './session.ts';

const intrusions = 300;

interface Policy extends Stored {
  readonly isOpen: boolean;
}

/** Over the whole fleet, while nothing else happens. */
export async function driftRepaired(session: Session): Promise<Row[]> {
  const rows = driftRows('drift repaired', await repairTimes(session, session.tenants));
  session.note('drift', (await session.untilQuiet()).counts);
  return rows;
}

/**
 * Seconds of each repair from the sending of the intruder's write, one after the other, over tenants spread through the
 * first so many.
 */
export async function repairTimes({ cluster }: Session, tenants: number): Promise<number[]> {
  const { admin, playground } = cluster;
  let closed: () => void = () => undefined;
  const store = new ObjectStore<Policy>((before, after) => {
    if (before?.isOpen === true && after?.isOpen === false) closed();
  });
  await using _following = await followKind(playground.kubeconfigPath, 'NetworkPolicy', { project, store });
  const rounds = Math.min(intrusions, tenants);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const namespace = cellNamespace(tenantName(Math.floor((round * tenants) / rounds)));
    const repaired = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const start = performance.now();
    await admin.ok({
      method: 'PATCH',
      path: `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/default-deny`,
      body: { spec: { ingress: [{}] } },
      contentType: 'application/merge-patch+json',
    });
    await repaired;
    times.push((performance.now() - start) / 1000);
  }
  return times;
}

/** The promise is the same whatever goes on beside it. */
export function driftRows(what: string, times: readonly number[]): Row[] {
  const sorted = times.toSorted((left, right) => left - right);
  const percentile = (part: number): number => sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
  return [
    { what: `${what}, ${times.length} times: p50`, unit: 's', ours: percentile(0.5) },
    { what: `${what}: p99`, unit: 's', ours: percentile(0.99), most: 0.3 },
  ];
}

function project(live: LiveObject): Policy {
  const { name, namespace, uid, resourceVersion } = live.metadata;
  const { ingress = [] } = live['spec'] as { readonly ingress?: readonly unknown[] };
  return { name, namespace, uid, resourceVersion, isOpen: name === 'default-deny' && ingress.length > 0 };
}
