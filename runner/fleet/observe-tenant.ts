/** A Rendered tenant: Git applies its objects; the runner writes nothing but its status. */
import type { TenantGatewayStatus } from '../../constructs/api/types.gen.ts';
import type { LiveChild } from '../engine/children.ts';
import { observeChildren } from '../engine/observe.ts';
import type { Outcome } from '../engine/queue.ts';
import { assessObserved } from './assess.ts';
import { setFinalizer } from './claim.ts';
import { reportDrift } from './drift-report.ts';
import type { DriftReport } from './drift-report.ts';
import type { Tenant } from './inputs.ts';
import { workloadKey } from './planner.ts';
import type { Plan } from './planner.ts';
import { refuseTenant } from './refuse-tenant.ts';
import { urlOf } from './routes.ts';
import { readyPods, runningOf } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { writeTenantStatus } from './tenant-status.ts';

type TenantRevision = NonNullable<TenantGatewayStatus['revision']>;

/** @throws what the API server answers to reads, and to the writes on the tenant itself */
export async function observeTenant(deps: PassDeps, pass: Pass): Promise<Outcome> {
  // A tenant that was Managed before: from now on Git's deletion is all there is.
  const tenant = await setFinalizer(deps, pass, false);
  const observed = { ...pass, tenant };
  deps.records.forgetAll(tenant.metadata.name);
  deps.lastPlans.forget(tenant.metadata.name);
  const planned = await deps.planner.plan(tenant, undefined, pass.signal);
  if ('refusal' in planned) return refuseTenant(deps, observed, { refusal: planned.refusal });
  const { plan } = planned;
  deps.observe.observations.records.restore(tenant.metadata.name, tenant.status?.applied);
  const report = await lookForDrift(deps, observed, plan);
  const running = runningOf(deps, tenant.metadata.name, plan);
  const verdicts = assessObserved(report, running);
  deps.blips.over(tenant.metadata.name);
  const written = await writeTenantStatus(deps, observed, {
    verdicts,
    fields: {
      revision: revisionOf(tenant, { revision: plan.revision, report, isReady: verdicts.Ready.status === 'True' }),
      version: plan.output.version,
      policyRevision: plan.output.policyRevision,
      // Until Git has applied the spec the old route stands, and the tenant holds its host.
      url: urlOf(tenant, {
        url: plan.output.url,
        wanted: plan.wanted,
        children: deps.children.of(tenant.metadata.name).values(),
        isThere: () => report.notApplied === '',
      }),
      namespace: plan.output.namespace,
      replicas: readyPods(running),
      tokenSecretName: undefined,
      // Only a whole picture is worth keeping; what differs from it is read again by whoever looks next.
      ...(isClean(report) ? { applied: deps.observe.observations.records.textOf(tenant.metadata.name) } : {}),
    },
    isFullPass: true,
  });
  if (written === 'written' && report.drift !== '') pass.log.warn(`drift: ${report.drift}`);
  return written === 'stale' ? { type: 'retry' } : { type: 'settled' };
}

async function lookForDrift(deps: PassDeps, { tenant, signal }: Pass, plan: Plan): Promise<DriftReport> {
  const owner = tenant.metadata.name;
  // Old ConfigMaps have the hash of their content in their names: one that nobody mounts does nothing.
  const isLeftOver = ({ kind }: LiveChild<unknown>): boolean => kind.kind === 'ConfigMap';
  const found = await observeChildren(deps.observe, { owner, wanted: plan.wanted, isLeftOver }, signal);
  return reportDrift(found, {
    wasApplied: tenant.status?.revision?.applied === plan.revision,
    workload: workloadKey(plan.output.namespace),
  });
}

function isClean({ notApplied, drift }: DriftReport): boolean {
  return notApplied === '' && drift === '';
}

interface Reached {
  readonly revision: string;
  readonly report: DriftReport;
  readonly isReady: boolean;
}

/** Applied is what everything was as wanted at once, whatever others add to it. */
function revisionOf({ status }: Tenant, { revision, report, isReady }: Reached): TenantRevision {
  const isApplied = report.notApplied === '' && report.isWhole;
  return {
    ...status?.revision,
    desired: revision,
    ...(isApplied ? { applied: revision } : {}),
    ...(isReady ? { lastGood: revision } : {}),
  };
}
