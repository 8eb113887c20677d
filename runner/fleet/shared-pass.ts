/** Status of profiles and bundles: whether they are well-formed, and how many tenants they concern. */
import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../constructs/api/problem.ts';
import { appliesTo } from '../../constructs/policy/levels.ts';
import type { Outcome } from '../engine/queue.ts';
import { isConflict, isNotFound } from '../kube/api-error.ts';
import { NotLeaderError } from '../kube/fence.ts';
import type { ResourceKind } from '../kube/resource.ts';
import type { Log } from '../telemetry/log.ts';
import type { Bundle, FleetInputs, Profile, Tenant } from './inputs.ts';
import { problemText } from './problem-text.ts';
import type { Judge } from './judge.ts';
import { gatewayProfiles, policyBundles } from './kinds.ts';
import type { PassDeps } from './situation.ts';
import { rfc3339 } from './tenant-status.ts';
import { toConditions } from './verdicts.ts';
import type { Verdict } from './verdicts.ts';

/** What a pass over a shared object works with. */
export interface SharedPassDeps extends Pick<PassDeps, 'client' | 'inputs' | 'clock'> {
  readonly judge: Pick<Judge, 'sharedProblems'>;
}

/** Which object, and the frame of its pass. */
export interface SharedPass {
  readonly kind: 'GatewayProfile' | 'PolicyBundle';
  readonly name: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Never throws: what goes wrong is logged and comes back with back-off. */
export async function sharedPass(deps: SharedPassDeps, pass: SharedPass): Promise<Outcome> {
  const subject = subjectOf(deps.inputs, pass);
  if (subject === undefined || subject.object.metadata.deletionTimestamp !== undefined) return { type: 'settled' };
  try {
    await writeStatus(deps, subject, pass.signal);
    return { type: 'settled' };
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return { type: 'retry' };
    if (!pass.signal.aborted && !(error instanceof NotLeaderError))
      pass.log.warn({ err: error }, 'the pass failed and is repeated');
    return { type: 'retry' };
  }
}

interface Subject {
  readonly resource: ResourceKind;
  readonly object: Profile | Bundle;
  /** Tenants that it concerns. */
  readonly tenants: number;
}

function subjectOf(inputs: FleetInputs, { kind, name }: SharedPass): Subject | undefined {
  const count = (concerns: (tenant: Tenant) => boolean): number => inputs.tenants().filter(concerns).length;
  if (kind === 'GatewayProfile') {
    const object = inputs.profile(name);
    return (
      object && {
        resource: gatewayProfiles,
        object,
        tenants: count(({ spec }) => (spec.profile ?? 'default') === name),
      }
    );
  }
  const object = inputs.bundle(name);
  return object && { resource: policyBundles, object, tenants: count(({ spec }) => appliesTo(object.spec, spec)) };
}

async function writeStatus(
  deps: SharedPassDeps,
  { resource, object, tenants }: Subject,
  signal: AbortSignal,
): Promise<void> {
  const { name, uid, resourceVersion, generation = 0 } = object.metadata;
  const before = object.status ?? {};
  const conditions = toConditions({
    verdicts: { Ready: verdictOf(deps.judge.sharedProblems(object)) },
    before: before.conditions ?? [],
    generation,
    now: rfc3339(deps.clock.now()),
  });
  const status = { ...before, observedGeneration: generation, tenants, conditions };
  if (isDeepStrictEqual(before, status)) return;
  const target = { resource, name: { name }, subresource: 'status' } as const;
  await deps.client.mergePatch(target, { metadata: { uid, resourceVersion }, status }, signal);
}

function verdictOf(problems: readonly Problem[]): Verdict {
  if (problems.length === 0) return { status: 'True', reason: 'Valid', message: 'well-formed and in use as it is' };
  return { status: 'False', reason: 'Invalid', message: problemText(problems) };
}
