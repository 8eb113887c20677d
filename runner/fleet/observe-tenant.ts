/** A Rendered tenant: Git applies its objects; the runner writes nothing but its status. */
import type { Outcome } from '../engine/queue.ts';
import { refuseTenant } from './apply-tenant.ts';
import { assessMissing, assessSettled } from './assess.ts';
import { setFinalizer } from './claim.ts';
import type { Plan } from './planner.ts';
import { runningOf } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { writeTenantStatus } from './tenant-status.ts';

/** @throws what the API server answers to the writes on the tenant itself */
export async function observeTenant(deps: PassDeps, pass: Pass): Promise<Outcome> {
  // A tenant that was Managed before: from now on Git's deletion is all there is.
  const tenant = await setFinalizer(deps, pass, false);
  const observed = { ...pass, tenant };
  deps.records.forgetAll(tenant.metadata.name);
  const planned = deps.planner.plan(tenant, undefined);
  if ('refusal' in planned) return refuseTenant(deps, observed, planned.refusal);
  const { plan } = planned;
  const missing = missingObjects(deps, tenant.metadata.name, plan);
  const running = runningOf(deps, tenant.metadata.name, plan);
  const written = await writeTenantStatus(deps, observed, {
    verdicts: missing.length > 0 ? assessMissing(missing, running) : assessSettled(running),
    fields: {
      revision: { ...tenant.status?.revision, desired: plan.revision },
      version: plan.output.version,
      policyRevision: plan.output.policyRevision,
      url: plan.output.url,
      namespace: plan.output.namespace,
      replicas: running.workload?.ready ?? 0,
      tokenSecretName: undefined,
    },
    isFullPass: true,
  });
  return written === 'stale' ? { type: 'retry' } : { type: 'settled' };
}

/**
 * Wanted objects that are not there, and ConfigMaps that are there and not mounted yet. Their names carry the hash of their
 * content, so this sees every change of configuration, policy and guard; other fields are Git's to compare.
 */
function missingObjects(deps: PassDeps, name: string, plan: Plan): string[] {
  const children = deps.children.of(name);
  const mounted = runningOf(deps, name).workload?.configMaps;
  return plan.wanted
    .filter(({ key, kind, body }) => {
      const isUnused = kind.kind === 'ConfigMap' && mounted?.includes(body.metadata.name) === false;
      return !children.has(key) || isUnused;
    })
    .map(({ kind, body }) => `${kind.kind} ${body.metadata.name}`);
}
