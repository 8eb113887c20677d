/** What a settled fleet costs: nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from './cluster.ts';
import { workers } from './floor.ts';
import { tenantGateways } from '../../runner/fleet/kinds.ts';
import { objectPath } from '../../runner/kube/resource.ts';
import { tenantName } from '../fleet.ts';
import { costing, countOf } from './request-counts.ts';
import type { Row } from './report.ts';
import type { Session } from './session.ts';

/** Waits, and counts. */
export async function atRest(session: Session, seconds: number): Promise<Row[]> {
  const { counts, runner } = session;
  await counts.take();
  const cpu = await runner.cpuSeconds();
  await sleep(seconds * 1000);
  const percent = (((await runner.cpuSeconds()) - cpu) / seconds) * 100;
  const during = await counts.take();
  session.note('rest', during);
  return [
    {
      what: `at rest for ${seconds} s: requests besides lease and watches`,
      unit: 'requests',
      ours: countOf(during, costing),
      most: 0,
    },
    { what: 'at rest: CPU', unit: '%', ours: percent, most: 1 },
  ];
}

/** Somebody writes an annotation on every tenant. */
export async function annotated(session: Session): Promise<Row[]> {
  const { admin } = session.cluster;
  await session.counts.take();
  const names = Array.from({ length: session.tenants }, (_, index) => tenantName(index));
  await inParallel(names, { workers }, async (name) => {
    const body = { metadata: { annotations: { 'example.com/reviewed': 'yes' } } };
    const path = objectPath(tenantGateways, { name });
    await admin.ok({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
  });
  const { counts } = await session.untilQuiet();
  session.note('annotation', counts);
  return [{ what: 'annotation on each tenant', unit: 'requests', ours: countOf(counts, costing), most: 0 }];
}

/** Memory of the runner as it is. */
export async function memory(session: Session, when: string): Promise<Row[]> {
  const { now, peak } = await session.runner.memory();
  return [
    { what: `memory ${when}: RSS`, unit: 'MB', ours: now },
    { what: `memory ${when}: its peak`, unit: 'MB', ours: peak, most: session.tenants > 1000 ? 600 : 300 },
  ];
}
