/** What passes work with, and what they find in the caches about a tenant. */
import { cellNamespace } from '../../constructs/cell/labels.ts';
import type { ApplyDeps } from '../engine/apply-object.ts';
import type { Children, LiveChild } from '../engine/children.ts';
import type { Fights } from '../engine/fights.ts';
import type { LabelAgainDeps } from '../engine/label-again.ts';
import type { ObserveDeps } from '../engine/observe.ts';
import { appliedRecordIn } from '../engine/records-text.ts';
import type { AppliedRecords } from '../engine/records.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import type { Log } from '../telemetry/log.ts';
import { organizationProblem } from './adoption.ts';
import type { Running } from './assess.ts';
import type { Blips } from './blips.ts';
import type { CellFacts } from './cell-facts.ts';
import type { Departed } from './departed.ts';
import type { Events } from './events.ts';
import type { GatewayPods } from './gateway-pods.ts';
import type { FleetInputs, Tenant } from './inputs.ts';
import type { LastPlans } from './last-plans.ts';
import type { MassDeletionGuard } from './mass-deletion.ts';
import type { Plan, Planner } from './planner.ts';
import { workloadKey } from './planner.ts';
import type { RolloutBegins } from './rollout-begins.ts';
import type { VolumeClaims } from './volume-claims.ts';

/** What a pass works with; wired once, in start-runner.ts. */
export interface PassDeps {
  readonly client: KubeClient;
  readonly inputs: FleetInputs;
  readonly children: Children<CellFacts>;
  readonly pods: GatewayPods;
  readonly claims: VolumeClaims;
  readonly records: AppliedRecords;
  readonly fights: Fights;
  readonly planner: Planner;
  readonly lastPlans: LastPlans;
  readonly apply: ApplyDeps;
  readonly deletions: Pick<MassDeletionGuard, 'holdOf'>;
  readonly observe: ObserveDeps;
  readonly labelAgain: LabelAgainDeps;
  readonly clock: Clock;
  readonly events: Events;
  readonly blips: Blips;
  /** Gateways that are away in the middle of a rollout. */
  readonly outages: Blips;
  readonly rollouts: RolloutBegins;
  readonly departed: Departed;
  /** Version of the code that renders, for status. */
  readonly renderVersion: string;
}

/** One pass over one tenant. */
export interface Pass {
  readonly tenant: Tenant;
  /** Every line carries the pass' id and the tenant. */
  readonly log: Log;
  /** Of the term, and of the pass itself: every wait ends with it, and no request is sent after that. */
  readonly signal: AbortSignal;
}

/** The tenant's namespace as it is, when it carries our labels. */
export function namespaceOf(
  { children }: Pick<PassDeps, 'children'>,
  tenant: string,
): LiveChild<CellFacts> | undefined {
  return children.of(tenant).get(`Namespace/${cellNamespace(tenant)}`);
}

/**
 * Why the tenant's namespace is not for this tenant, although it carries its label; undefined when it is, or is not there. The
 * label of the organization decides only until we have applied this very namespace for this very tenant: after that its
 * status says so, and another organization on it is a change by someone else, to be undone.
 */
export function foreignNamespace(
  deps: Pick<PassDeps, 'children'>,
  { metadata, spec, status }: Tenant,
): string | undefined {
  const namespace = namespaceOf(deps, metadata.name);
  if (namespace === undefined) return undefined;
  const problem = organizationProblem(namespace.facts.organization, spec.organization ?? 'default');
  const isProven = problem !== undefined && appliedRecordIn(status?.applied, namespace.key)?.uid === namespace.uid;
  return isProven ? undefined : problem;
}

/** How the tenant's gateway runs. */
export function runningOf({ children, pods }: PassDeps, tenant: string, plan?: Plan): Running {
  const namespace = cellNamespace(tenant);
  return {
    workload: children.of(tenant).get(workloadKey(namespace))?.facts.workload,
    podProblems: pods.problems(tenant),
    policyRevision: plan?.output.policyRevision,
    withoutEffect: plan?.withoutEffect,
    namespace,
  };
}

/** Gateway pods that are ready. */
export function readyPods({ workload }: Running): number {
  return workload?.ready ?? 0;
}
