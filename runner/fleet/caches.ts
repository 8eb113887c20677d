/** Everything that the runner watches, and how a change reaches the queue. */
import { cellNamespace, tenantLabel } from '../../constructs/cell/labels.ts';
import { Children } from '../engine/children.ts';
import type { Observations } from '../engine/observe.ts';
import type { AppliedRecord, AppliedRecords } from '../engine/records.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { follower } from '../kube/follow.ts';
import type { Follower } from '../kube/follow.ts';
import { matters, queueKey, tenantsOfBundle, tenantsOfProfile } from './affected.ts';
import type { QueueKind } from './affected.ts';
import { factsOf } from './cell-facts.ts';
import type { CellFacts } from './cell-facts.ts';
import { GatewayPods } from './gateway-pods.ts';
import { FleetInputs } from './inputs.ts';
import type { Tenant } from './inputs.ts';
import { cellKinds } from './kinds.ts';
import { leftToOthers } from './left-to-others.ts';

/** Where changes go. */
export interface WorkSink {
  readonly add: (key: string) => void;
  readonly addAfter: (key: string, ms: number) => void;
}

/** The picture of the cluster. */
export interface Caches {
  readonly inputs: FleetInputs;
  readonly children: Children<CellFacts>;
  readonly pods: GatewayPods;
  /** One for each kind. */
  readonly followers: readonly Follower[];
}

/** Counts of tenants in the status of profiles and bundles may lag, in milliseconds: many tenants at once make one write. */
const countLagMs = 1000;

/** A pod that starts goes through several states; what it is after this time, in milliseconds, is worth telling. */
const startLagMs = 1000;

/** What is known of versions that were written or looked at; a child is either applied or observed. */
export interface KnownVersions {
  readonly records: Pick<AppliedRecords, 'get'>;
  readonly observations: Pick<Observations, 'records'>;
}

export function createCaches({ records, observations }: KnownVersions, sink: WorkSink): Caches {
  const recordOf = (owner: string, key: string): AppliedRecord | undefined =>
    observations.records.get(owner, key) ?? records.get(owner, key);
  const tenantChanged = (name: string): void => sink.add(queueKey('TenantGateway', name));
  const inputs = createInputs(sink);
  const children = new Children<CellFacts>({
    kinds: cellKinds,
    ownerLabel: tenantLabel,
    ownerOf,
    factsOf,
    leftToOthers,
    records: { get: recordOf },
    onChange: (owner, before, after) => {
      const accepted = after && recordOf(owner, after.key)?.accepted;
      if (matters({ before, after, accepted })) tenantChanged(owner);
    },
  });
  const pods = new GatewayPods({
    ownerOf,
    onChange: (tenant) => sink.addAfter(queueKey('TenantGateway', tenant), startLagMs),
  });
  const [tenants, profiles, bundles] = inputs.subjects();
  const followers = [
    follower(tenants),
    follower(profiles),
    follower(bundles),
    ...children.subjects().map((subject) => follower(subject)),
    follower(pods.subject()),
  ];
  return { inputs, children, pods, followers };
}

/** Label and place: what carries the label elsewhere is nobody's, and nothing is done to it. */
function ownerOf({ kind, metadata }: LiveObject): string | undefined {
  const tenant = metadata.labels?.[tenantLabel];
  if (tenant === undefined) return undefined;
  const place = kind === 'Namespace' ? metadata.name : metadata.namespace;
  return place === cellNamespace(tenant) ? tenant : undefined;
}

function createInputs(sink: WorkSink): FleetInputs {
  const inputs: FleetInputs = new FleetInputs({
    tenant: (before, after) => {
      const name = (after ?? before)?.metadata.name;
      if (name !== undefined) sink.add(queueKey('TenantGateway', name));
      if (isCountedDifferently(before, after)) recount();
    },
    profile: (before, after) => {
      const names = tenantsOfProfile(inputs, before, after);
      for (const name of names) sink.add(queueKey('TenantGateway', name));
      if (after !== undefined) sink.addAfter(queueKey('GatewayProfile', after.metadata.name), countLagMs);
    },
    bundle: (before, after) => {
      const names = tenantsOfBundle(inputs, before, after);
      for (const name of names) sink.add(queueKey('TenantGateway', name));
      if (after !== undefined) sink.addAfter(queueKey('PolicyBundle', after.metadata.name), countLagMs);
    },
  });
  const recount = (): void => {
    const add = (kind: QueueKind, { metadata }: LiveObject): void =>
      sink.addAfter(queueKey(kind, metadata.name), countLagMs);
    for (const profile of inputs.profiles()) add('GatewayProfile', profile);
    for (const bundle of inputs.bundles()) add('PolicyBundle', bundle);
  };
  return inputs;
}

function isCountedDifferently(before: Tenant | undefined, after: Tenant | undefined): boolean {
  const counted = (tenant: Tenant | undefined): string =>
    JSON.stringify([tenant?.spec.profile, tenant?.spec.organization, tenant?.spec.team, tenant === undefined]);
  return counted(before) !== counted(after);
}
