/** Everything that the runner watches, and how a change reaches the queue. */
import { profileNameOf } from '../../constructs/api/profile-name.ts';
import { cellNamespace, tenantLabel } from '../../constructs/cell/labels.ts';
import { appliesTo } from '../../constructs/policy/levels.ts';
import { Children } from '../engine/children.ts';
import type { Priority } from '../engine/ready-keys.ts';
import type { AppliedRecords } from '../engine/records.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { follower } from '../kube/follow.ts';
import type { Follower } from '../kube/follow.ts';
import { askedFor, meaningOf, queueKey, tenantsOf } from './affected.ts';
import { factsOf } from './cell-facts.ts';
import type { CellFacts } from './cell-facts.ts';
import { GatewayPods } from './gateway-pods.ts';
import { isUnheld } from './in-use.ts';
import { FleetInputs, specChanged } from './inputs.ts';
import type { Bundle, InputKind, Profile, Tenant } from './inputs.ts';
import { cellKinds } from './kinds.ts';
import { leftToOthers } from './left-to-others.ts';
import { VolumeClaims } from './volume-claims.ts';
import { MassDeletionGuard } from './mass-deletion.ts';
import type { RunnerOptions } from './options.ts';

/** Where changes go. */
export interface WorkSink {
  readonly add: (key: string, priority: Priority) => void;
  readonly addAfter: (key: string, ms: number, priority: Priority) => void;
  /** Not every kind has its first list yet: what is new to us may be old. */
  readonly isStarting: () => boolean;
}

/** The picture of the cluster. */
export interface Caches {
  readonly inputs: FleetInputs;
  readonly children: Children<CellFacts>;
  readonly pods: GatewayPods;
  readonly claims: VolumeClaims;
  readonly deletions: MassDeletionGuard;
  /** One for each kind. */
  readonly followers: readonly Follower[];
}

/** Counts of tenants in the status of profiles and bundles may lag, in milliseconds: many tenants at once make one write. */
const countLagMs = 1000;

/** A rollout goes through several states; what it is after this time, in milliseconds, is worth a write of status. */
const progressLagMs = 5000;

/** A pod that starts goes through several states; what it is after this time, in milliseconds, is worth telling. */
const startLagMs = 5000;

export function createCaches(
  records: Pick<AppliedRecords, 'get'>,
  sink: WorkSink,
  { massDeletionWindowMs }: Pick<RunnerOptions, 'massDeletionWindowMs'> = {},
): Caches {
  const deletions: MassDeletionGuard = new MassDeletionGuard({
    tenants: () => inputs.tenants(),
    windowMs: massDeletionWindowMs,
  });
  const inputs = createInputs(sink, deletions);
  const children = new Children<CellFacts>({
    kinds: cellKinds,
    ownerLabel: tenantLabel,
    ownerOf,
    factsOf,
    leftToOthers,
    onChange: (owner, before, after) => {
      const record = after && records.get(owner, after.key);
      const meaning = meaningOf({ before, after, accepted: record?.accepted });
      const key = queueKey('TenantGateway', owner);
      if (meaning === 'progress') sink.addAfter(key, progressLagMs, 'resync');
      if (meaning === 'news') sink.add(key, firstSeen(sink, before) ? 'adoption' : 'drift');
    },
  });
  const pods = new GatewayPods({
    ownerOf,
    onChange: (tenant) => sink.addAfter(queueKey('TenantGateway', tenant), startLagMs, 'resync'),
  });
  const claims = new VolumeClaims({
    ownerOf,
    onBound: (tenant) => sink.add(queueKey('TenantGateway', tenant), 'resync'),
  });
  const [tenants, profiles, bundles] = inputs.subjects();
  const followers = [
    follower(tenants),
    follower(profiles),
    follower(bundles),
    ...children.subjects().map((subject) => follower(subject)),
    follower(pods.subject()),
    follower(claims.subject()),
  ];
  return { inputs, children, pods, claims, deletions, followers };
}

/** Label and place: what carries the label elsewhere is nobody's, and nothing is done to it. */
function ownerOf({ kind, metadata }: LiveObject): string | undefined {
  const tenant = metadata.labels?.[tenantLabel];
  if (tenant === undefined) return undefined;
  const place = kind === 'Namespace' ? metadata.name : metadata.namespace;
  return place === cellNamespace(tenant) ? tenant : undefined;
}

/** Whether an object came with the first list of its kind, or so early that it cannot be told from one that did. */
function firstSeen({ isStarting }: WorkSink, before: object | undefined): boolean {
  return before === undefined && isStarting();
}

function createInputs(sink: WorkSink, deletions: MassDeletionGuard): FleetInputs {
  const inputs: FleetInputs = new FleetInputs({
    tenant: (before, after) => {
      deletions.changed(before, after);
      const name = (after ?? before)?.metadata.name;
      if (name !== undefined) sink.add(queueKey('TenantGateway', name), tenantPriority(sink, before, after));
      if (isCountedDifferently(before, after)) recount([before, after].filter((tenant) => tenant !== undefined));
    },
    profile: (before, after) => {
      tenantsChanged(tenantsOf(inputs, before, after), before, 'shared');
      if (after !== undefined) count('GatewayProfile', after);
    },
    bundle: (before, after) => {
      // Of no pace: a policy that becomes stricter does not wait.
      tenantsChanged(tenantsOf(inputs, before, after), before, 'change');
      // What the levels below say in vain depends on it, too.
      if (specChanged(before, after)) for (const bundle of inputs.bundles()) count('PolicyBundle', bundle);
      else if (after !== undefined) count('PolicyBundle', after);
    },
    hostShared: (names) => {
      for (const name of names) sink.add(queueKey('TenantGateway', name), 'resync');
    },
  });
  const tenantsChanged = (names: readonly string[], before: LiveObject | undefined, later: Priority): void => {
    const priority = firstSeen(sink, before) ? 'adoption' : later;
    for (const name of names) sink.add(queueKey('TenantGateway', name), priority);
  };
  /** A count may come late; the finalizer of what has its first user may not. */
  const count = (kind: InputKind, object: Profile | Bundle): void => {
    const key = queueKey(kind, object.metadata.name);
    if (isUnheld(object, inputs.usersOf(object))) sink.add(key, 'change');
    else sink.addAfter(key, countLagMs, 'resync');
  };
  /** Of a tenant that moved, what it left and what it came to. */
  const recount = (tenants: readonly Tenant[]): void => {
    for (const { spec } of tenants) {
      const profile = inputs.profile(profileNameOf(spec));
      if (profile !== undefined) count('GatewayProfile', profile);
      for (const bundle of inputs.bundles()) if (appliesTo(bundle.spec, spec)) count('PolicyBundle', bundle);
    }
  };
  return inputs;
}

function isCountedDifferently(before: Tenant | undefined, after: Tenant | undefined): boolean {
  const counted = (tenant: Tenant | undefined): string =>
    JSON.stringify([tenant?.spec.profile, tenant?.spec.organization, tenant?.spec.team, tenant === undefined]);
  return counted(before) !== counted(after);
}

function tenantPriority(sink: WorkSink, before: Tenant | undefined, after: Tenant | undefined): Priority {
  if (firstSeen(sink, before)) return 'adoption';
  // Status alone is mostly our own write, told back to us.
  return askedFor(before, after) ? 'change' : 'resync';
}
