/** One tenant is broken, since its namespace refuses every write, and people keep changing it: what the others notice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cellNamespace } from '../../constructs/cell/labels.ts';
import { tenantGateways } from '../../runner/fleet/kinds.ts';
import { objectPath } from '../../runner/kube/resource.ts';
import type { ApiClient } from '../../test/api/support/api-client.ts';
import { driftRows, repairTimes } from './drift.ts';
import { tenantObject } from './managed-fleet.ts';
import type { FleetObject } from './managed-fleet.ts';
import { refuseWrites } from './refused-namespace.ts';
import type { Row } from './report.ts';
import { countOf, RequestCounts, writes } from './request-counts.ts';
import type { Session } from './session.ts';

const betweenChangesMs = 1000;
const patienceMs = 60_000;

/** Drift of all tenants but the last one, which is the broken one, and settled again at the end. */
export async function besideBroken(session: Session): Promise<Row[]> {
  const others = session.tenants - 1;
  if (others === 0) throw new RangeError('broken takes a fleet of at least two tenants');
  const { admin, playground } = session.cluster;
  const tenant = tenantObject(others);
  const namespace = cellNamespace(tenant.metadata.name);
  const options = { client: admin, agent: 'cellwright-runner', refusedIn: namespace };
  await using counts = await RequestCounts.open(playground.auditLogPath, options);
  const refused = async (): Promise<number> => countOf(await counts.take(), writes);
  const measured = await (async () => {
    await using _refusing = await refuseWrites(admin, namespace);
    await changeSpec(admin, tenant, 'first');
    await until(`${namespace} refuses the runner`, async () => (await refused()) > 0);
    const times = await whileAsked(admin, tenant, () => repairTimes(session, others));
    return { times, refusals: await refused() };
  })();
  await putSpec(admin, tenant, tenant.spec);
  await until(`${tenant.metadata.name} is settled again`, () => isSettled(admin, tenant));
  session.note('broken', (await session.untilQuiet()).counts);
  if (measured.refusals === 0) throw new Error(`no write in ${namespace} was refused while the others were measured`);
  return [
    ...driftRows('drift repaired beside a broken tenant', measured.times),
    { what: 'writes of the broken tenant refused meanwhile', unit: 'requests', ours: measured.refusals },
  ];
}

/** Does the work, while the spec changes once a second. */
async function whileAsked<T>(admin: ApiClient, tenant: FleetObject, work: () => Promise<T>): Promise<T> {
  const end = new AbortController();
  const asked = async (): Promise<void> => {
    for (let change = 1; !end.signal.aborted; change += 1) {
      await changeSpec(admin, tenant, String(change));
      await sleep(betweenChangesMs);
    }
  };
  const [result] = await Promise.all([work().finally(() => end.abort()), asked()]);
  return result;
}

/** Another variable of the environment: another StatefulSet is wanted each time. */
async function changeSpec(admin: ApiClient, tenant: FleetObject, value: string): Promise<void> {
  const { openclaw = {} } = tenant.spec as { readonly openclaw?: { readonly env?: object } };
  await putSpec(admin, tenant, { ...tenant.spec, openclaw: { ...openclaw, env: { ...openclaw.env, CHANGE: value } } });
}

async function putSpec(admin: ApiClient, { metadata }: FleetObject, spec: object): Promise<void> {
  await admin.ok({
    method: 'PATCH',
    path: objectPath(tenantGateways, metadata),
    body: [{ op: 'replace', path: '/spec', value: spec }],
    contentType: 'application/json-patch+json',
  });
}

interface Status {
  readonly observedGeneration?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

async function isSettled(admin: ApiClient, tenant: FleetObject): Promise<boolean> {
  const { metadata, status } = await admin.object({ path: objectPath(tenantGateways, tenant.metadata) });
  const { observedGeneration, conditions = [] } = (status ?? {}) as Status;
  const told = new Map(conditions.map(({ type, status: value }) => [type, value]));
  const isWell =
    told.get('Ready') === 'True' && told.get('Reconciling') === 'False' && told.get('Degraded') === 'False';
  return isWell && observedGeneration === metadata.generation;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within ${patienceMs / 1000} s: ${what}`);
    await sleep(50);
  }
}
