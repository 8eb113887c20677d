/** A fleet from nothing, and one tenant more. */
import { median } from '../measure.ts';
import { create, inParallel } from './cluster.ts';
import { workers } from './floor.ts';
import type { Floor } from './floor.ts';
import { childrenOf, tenantObject } from './managed-fleet.ts';
import type { FleetObject } from './managed-fleet.ts';
import { costing, countOf, sum } from './request-counts.ts';
import type { Counts } from './request-counts.ts';
import type { Row } from './report.ts';
import type { Session } from './session.ts';

/** Between two lines of progress: none for a hundred tenants, one a minute where they take an hour. */
const progressMs = 60_000;

/** What the runner took. */
export interface Ours {
  readonly readySeconds: number;
  /** Until its last request. */
  readonly settledSeconds: number;
  readonly counts: Counts;
  readonly cpuSeconds: number;
}

/** Creates the tenants and waits until every StatefulSet is ready, then until the runner is quiet. */
export async function fromNothing(session: Session, tenants: readonly FleetObject[]): Promise<Ours> {
  const { cluster, counts, runner } = session;
  await counts.take();
  const cpu = await runner.cpuSeconds();
  const start = performance.now();
  const progress = setInterval(
    () => session.progress(`  ${cluster.workloads.ready} of ${tenants.length} are ready`),
    progressMs,
  );
  try {
    await inParallel(tenants, { workers }, (tenant) => create(cluster.admin, tenant));
    await cluster.workloads.untilReady(tenants.length);
  } finally {
    clearInterval(progress);
  }
  const readySeconds = (performance.now() - start) / 1000;
  const quiet = await session.untilQuiet();
  const ours = { readySeconds, settledSeconds: readySeconds + quiet.seconds, counts: quiet.counts };
  return { ...ours, cpuSeconds: (await runner.cpuSeconds()) - cpu };
}

/** Rows of the rounds, each a floor and a run of ours. */
export function fromNothingRows(
  session: Session,
  tenants: readonly FleetObject[],
  rounds: { readonly floors: readonly Floor[]; readonly ours: readonly Ours[] },
): Row[] {
  const total = tenants.length;
  const last = rounds.ours.at(-1);
  if (last === undefined) throw new RangeError('no rounds');
  session.note('from nothing', last.counts);
  return [
    {
      what: `${total.toLocaleString('en')} tenants from nothing to all StatefulSets ready`,
      unit: 's',
      ours: median(rounds.ours.map(({ readySeconds }) => readySeconds)),
      ...(rounds.floors.length > 0 ? { floor: median(rounds.floors.map(({ seconds }) => seconds)) } : {}),
      mostOfFloor: 1.5,
    },
    {
      what: 'until the last request for them',
      unit: 's',
      ours: median(rounds.ours.map(({ settledSeconds }) => settledSeconds)),
    },
    { what: 'CPU of the runner for them', unit: 's', ours: median(rounds.ours.map(({ cpuSeconds }) => cpuSeconds)) },
    requestRow('requests a tenant, all at once', tenants, last.counts),
  ];
}

/** Three tenants more, one after the other. */
export async function oneMore(session: Session): Promise<Row[]> {
  const { admin, workloads } = session.cluster;
  const more = [0, 1, 2].map((index) => tenantObject(session.tenants + index));
  const all: Counts[] = [];
  const times: number[] = [];
  for (const [index, tenant] of more.entries()) {
    const start = performance.now();
    await create(admin, tenant);
    await workloads.untilReady(session.tenants + index + 1);
    times.push((performance.now() - start) / 1000);
    all.push((await session.untilQuiet()).counts);
  }
  const counts = sum(all);
  session.note('three more', counts);
  return [
    requestRow('requests of a single new tenant', more, counts),
    { what: 'its StatefulSet ready after', unit: 's', ours: median(times) },
  ];
}

function requestRow(what: string, tenants: readonly FleetObject[], counts: Counts): Row {
  const children = tenants.reduce((count, tenant) => count + childrenOf(tenant).length, 0) / tenants.length;
  const ours = (countOf(counts, costing) - countOf(counts, shared)) / tenants.length;
  return { what: `${what} of ${Number(children.toFixed(2))} objects`, unit: 'requests', ours, most: children + 4 };
}

/** What profiles and bundles say of how many tenants they have. */
const shared = / (gatewayprofiles|policybundles)(\/|$)/;
