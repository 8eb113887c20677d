/** One Managed tenant, whose passes run on a clock turned by hand; what is written is accepted as it is. */
import { LastPlans } from '../../../runner/fleet/last-plans.ts';
import { RolloutBegins } from '../../../runner/fleet/rollout-begins.ts';
import { tenantLabel } from '../../../constructs/cell/labels.ts';
import { Fights } from '../../../runner/engine/fights.ts';
import type { Outcome } from '../../../runner/engine/queue.ts';
import { AppliedRecords } from '../../../runner/engine/records.ts';
import { wantedObject } from '../../../runner/engine/wanted.ts';
import type { WantedObject } from '../../../runner/engine/wanted.ts';
import { applyTenant } from '../../../runner/fleet/apply-tenant.ts';
import type { Verdict } from '../../../runner/fleet/verdicts.ts';
import { Blips } from '../../../runner/fleet/blips.ts';
import { finalizer } from '../../../runner/fleet/claim.ts';
import type { Tenant } from '../../../runner/fleet/inputs.ts';
import { cellKinds } from '../../../runner/fleet/kinds.ts';
import type { Planned } from '../../../runner/fleet/planner.ts';
import type { PassDeps } from '../../../runner/fleet/situation.ts';
import type { WantedBody } from '../../../runner/kube/client.ts';
import type { LiveMeta, LiveObject } from '../../../runner/kube/live-object.ts';
import { createLog } from '../../../runner/telemetry/log.ts';
import { cellCaches } from './cell-caches.ts';
import { live as liveInput } from './live-inputs.ts';
import { ManualClock } from './manual-clock.ts';

const namespace = 'tenant-acme';
const labels = { [tenantLabel]: 'acme' };

/** A Service of the tenant. */
export function service(name: string, spec: object = { port: 1 }): WantedBody {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels }, spec };
}

/** The gateway; it runs as soon as it is applied. */
const gateway: WantedBody = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'gateway', namespace, labels },
  spec: { replicas: 1 },
  status: { replicas: 1, readyReplicas: 1, updatedReplicas: 1 },
};

function wantedOf(body: WantedBody): WantedObject {
  const kind = cellKinds.find((known) => known.kind === body.kind);
  if (kind === undefined) throw new Error(body.kind);
  return wantedObject(kind, body, 'apply');
}

/** See above. */
export interface AppliedTenant {
  readonly clock: ManualClock;
  readonly pass: () => Promise<Outcome>;
  /** Somebody else has the object so now; `by` is the manager name. */
  readonly told: (body: WantedBody, metadata?: Partial<LiveMeta> & { readonly by?: string }) => void;
  /** Its spec is refused from now on. */
  readonly refuse: () => void;
  readonly gone: (body: WantedBody) => void;
  /** What is written from now on makes another object. */
  readonly nextUid: () => void;
  /** Each write of status, and each request for another object. */
  readonly statuses: object[];
  readonly requests: string[];
  readonly condition: (type: string) => Verdict | undefined;
}

export function appliedTenant(wanted: readonly WantedBody[]): AppliedTenant {
  const clock = new ManualClock();
  const { children, tell, tellGone } = cellCaches();
  const records = new AppliedRecords();
  const fights = new Fights(clock.monotonic);
  let version = 100;
  let uid = 1;
  let tenant = liveInput('TenantGateway', 'acme', { access: { tokenSecretRef: { name: 'of-mine' } } }) as Tenant;
  tenant = { ...tenant, metadata: { ...tenant.metadata, finalizers: [finalizer] } };
  const statuses: object[] = [];
  const requests: string[] = [];
  const liveOf = (
    body: WantedBody,
    { by = 'us', ...metadata }: Partial<LiveMeta> & { by?: string } = {},
  ): LiveObject => {
    version += 1;
    const managedFields = [{ manager: by, operation: 'Update', time: `${version}` }];
    const ours = { uid: `u${uid}`, resourceVersion: String(version), ...metadata, managedFields };
    return { ...body, metadata: { ...body.metadata, ...ours } };
  };
  const accept = (verb: string, body: WantedBody): LiveObject => {
    requests.push(`${verb} ${body.metadata.name}`);
    return liveOf(body);
  };
  const client = {
    apply: (_kind: unknown, body: WantedBody) => Promise.resolve({ object: accept('apply', body), created: false }),
    replace: (_kind: unknown, body: WantedBody) => Promise.resolve(accept('replace', body)),
    delete: ({ name }: { name: { name: string } }) => {
      requests.push(`delete ${name.name}`);
      return Promise.resolve(undefined);
    },
    mergePatch: (_target: unknown, { status }: { status: object }) => {
      statuses.push(status);
      tenant = { ...tenant, status: { ...tenant.status, ...status } };
      return Promise.resolve(tenant);
    },
  };
  const plan = {
    output: { namespace, version: 'v', policyRevision: 'p', url: 'http://gateway' },
    wanted: [gateway, ...wanted].map(wantedOf),
    volumes: {},
    replicas: 1,
    revision: 'r1',
    withoutEffect: '',
  };
  let planned: Planned = { plan };
  const rules = { leftToOthers: {}, chosenAtCreation: {}, fieldManager: 'us', adoption: () => undefined };
  const deps = {
    client,
    children,
    records,
    fights,
    clock,
    inputs: { answered: (answer: Tenant) => answer },
    pods: { problems: () => [], inTrouble: () => false, misses: () => false, maps: () => [] },
    claims: { of: () => [] },
    planner: { plan: () => Promise.resolve(planned) },
    apply: { client, children, records, fights, ...rules, complete: ({ body }: { body: WantedBody }) => body },
    labelAgain: { client, children, records, kinds: cellKinds, ownerLabel: tenantLabel },
    events: { tell: () => Promise.resolve() },
    blips: new Blips(clock.monotonic),
    outages: new Blips(clock.monotonic),
    rollouts: new RolloutBegins(clock),
    lastPlans: new LastPlans(),
    renderVersion: 'v',
  } as unknown as PassDeps;
  const log = createLog({ level: 'silent', readable: true, stream: process.stderr });
  return {
    clock,
    statuses,
    requests,
    pass: () => applyTenant(deps, { tenant, log, signal: new AbortController().signal }),
    told: (body, metadata) => tell(liveOf(body, metadata)),
    gone: (body) => tellGone(liveOf(body)),
    refuse: () => {
      planned = { refusal: { reason: 'Invalid', message: 'spec: is refused' } };
    },
    nextUid: () => {
      uid += 1;
    },
    condition: (type) => tenant.status?.conditions?.find((known) => known.type === type),
  };
}
