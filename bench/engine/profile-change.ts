/** A change of the profile that every tenant stands under. */
import { gatewayProfiles } from '../../runner/fleet/kinds.ts';
import { objectPath } from '../../runner/kube/resource.ts';
import { countOf, writes } from './request-counts.ts';
import type { Row } from './report.ts';
import type { Session } from './session.ts';

interface Change {
  readonly what: string;
  readonly spec: object;
  readonly rolls: boolean;
  /** Most writes and status writes of a tenant. */
  readonly most: { readonly writes: number; readonly status: number };
}

/** One more namespace may reach the gateways: a rule in one NetworkPolicy. */
const network: Change = {
  what: 'profile change of one object each, no pod rolls',
  spec: { access: { from: [{ namespace: 'ingress-system' }, { namespace: 'monitoring' }] } },
  rolls: false,
  most: { writes: 1, status: 1 },
};

/** Another configuration: a new ConfigMap, the StatefulSet that names it, and the old one goes. */
const config: Change = {
  what: 'profile change that rolls every pod',
  spec: { fixed: { config: { cron: { enabled: true } } } },
  rolls: true,
  most: { writes: 3, status: 2 },
};

/** Both kinds of change. */
export async function profileChanges(session: Session): Promise<Row[]> {
  return [...(await change(session, network)), ...(await change(session, config))];
}

async function change(session: Session, { what, spec, rolls, most }: Change): Promise<Row[]> {
  const { admin, workloads } = session.cluster;
  const before = workloads.revisions();
  await session.counts.take();
  const path = objectPath(gatewayProfiles, { name: 'default' });
  await admin.ok({ method: 'PATCH', path, body: { spec }, contentType: 'application/merge-patch+json' });
  const { counts, seconds } = await session.untilQuiet();
  await workloads.untilReady(before.size);
  session.note(rolls ? 'roll' : 'no roll', counts);
  const rolled = [...workloads.revisions()].filter(([name, revision]) => before.get(name) !== revision).length;
  if (rolled !== (rolls ? before.size : 0)) throw new Error(`${what}: ${rolled} of ${before.size} StatefulSets rolled`);
  const status = countOf(counts, /^patch tenantgateways\/status$/);
  const shared = countOf(counts, / (gatewayprofiles|policybundles)\//);
  const children = countOf(counts, writes) - status - shared;
  return [
    { what: `${what}: writes a tenant`, unit: 'requests', ours: children / before.size, most: most.writes },
    { what: 'and status writes', unit: 'requests', ours: status / before.size, most: most.status },
    { what: 'until the last request for it', unit: 's', ours: seconds },
  ];
}
