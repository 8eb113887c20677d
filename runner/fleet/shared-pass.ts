/**
 * Profiles and bundles: whether they are well-formed, how many tenants they concern, and that one which tenants use is not
 * deleted under them.
 */
import { isDeepStrictEqual } from 'node:util';
import { bundleWidenings } from '../../constructs/rules/widening.ts';
import type { Outcome } from '../engine/queue.ts';
import { isConflict, isNotFound } from '../kube/api-error.ts';
import type { ResourceKind } from '../kube/resource.ts';
import type { Log } from '../telemetry/log.ts';
import { heldVerdict, isHeld, wantedFinalizers } from './in-use.ts';
import type { Bundle, FleetInputs, Profile } from './inputs.ts';
import { uncheckedText } from './judge.ts';
import { problemText } from './problem-text.ts';
import type { Judge } from './judge.ts';
import { gatewayProfiles, policyBundles } from './kinds.ts';
import type { PassDeps } from './situation.ts';
import { rfc3339 } from './tenant-status.ts';
import { isEndOfTerm } from './term.ts';
import { tryAgain } from './try-again.ts';
import { toConditions } from './verdicts.ts';
import type { Verdict } from './verdicts.ts';

/** What a pass over a shared object works with. */
export interface SharedPassDeps extends Pick<PassDeps, 'client' | 'inputs' | 'clock' | 'events'> {
  readonly judge: Pick<Judge, 'prepareShared' | 'sharedProblems' | 'uncheckedRego' | 'dueInMs'>;
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
  const { kind, name, signal, log } = pass;
  const isProfile = kind === 'GatewayProfile';
  const object = isProfile ? deps.inputs.profile(name) : deps.inputs.bundle(name);
  if (object === undefined) return { type: 'settled' };
  try {
    return await passOver(deps, { object, resource: isProfile ? gatewayProfiles : policyBundles }, pass);
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return { type: 'retry' };
    if (!isEndOfTerm(error, signal)) log.warn({ err: error }, 'the pass failed and is repeated');
    return tryAgain([error]);
  }
}

interface Subject {
  readonly resource: ResourceKind;
  readonly object: Profile | Bundle;
}

async function passOver(deps: SharedPassDeps, { resource, object }: Subject, pass: SharedPass): Promise<Outcome> {
  const users = deps.inputs.usersOf(object);
  const held = await setFinalizers(deps, { resource, object }, { users, signal: pass.signal });
  const isDeleted = held.metadata.deletionTimestamp !== undefined;
  // What still stands in its way is others' finalizers, or nothing at all.
  if (isDeleted && !isHeld(held)) return { type: 'settled' };
  await deps.judge.prepareShared(held, pass.signal);
  const deleting = isDeleted ? { Deleting: heldVerdict(held, users) } : {};
  const isNews = await writeStatus(deps, { resource, object: held }, { users, deleting, signal: pass.signal });
  if (isNews && deleting.Deleting !== undefined) {
    deps.events.tellOf(held, pass, { type: 'Warning', reason: 'InUse', note: deleting.Deleting.message });
  }
  return nextLook(deps.judge, held);
}

/** A verdict for want of time may be another one later; nothing else would ask for it again. */
export function nextLook(judge: Pick<Judge, 'uncheckedRego' | 'dueInMs'>, object: Profile | Bundle): Outcome {
  if (judge.uncheckedRego(object) !== undefined) return { type: 'retry' };
  const dueMs = judge.dueInMs(object);
  return dueMs === undefined ? { type: 'settled' } : { type: 'after', ms: Math.max(dueMs, soonestMs) };
}

/** A verdict that is due at once was asked for by another pass meanwhile; it is told a little later, in milliseconds. */
const soonestMs = 1000;

/** Writes the finalizers when they are not as wanted, at the version that was read; gives the object as it is then. */
async function setFinalizers(
  { client, inputs }: SharedPassDeps,
  { resource, object }: Subject,
  { users, signal }: { readonly users: ReadonlySet<string>; readonly signal: AbortSignal },
): Promise<Profile | Bundle> {
  const { name, uid, resourceVersion, finalizers: present = [] } = object.metadata;
  const finalizers = wantedFinalizers(object, users);
  if (isDeepStrictEqual(finalizers, present)) return object;
  const patch = { metadata: { uid, resourceVersion, finalizers } };
  return inputs.answeredShared(await client.mergePatch({ resource, name: { name } }, patch, signal));
}

interface StatusDraft {
  readonly users: ReadonlySet<string>;
  readonly deleting: Readonly<Record<string, Verdict>>;
  readonly signal: AbortSignal;
}

/** @returns whether there was something to say */
async function writeStatus(
  deps: SharedPassDeps,
  { resource, object }: Subject,
  { users, deleting, signal }: StatusDraft,
): Promise<boolean> {
  const { name, uid, resourceVersion, generation = 0 } = object.metadata;
  const before = object.status ?? {};
  const conditions = toConditions({
    verdicts: { Ready: readyVerdict(deps, object), ...deleting },
    before: before.conditions ?? [],
    generation,
    now: rfc3339(deps.clock.now()),
  });
  const status = { ...before, observedGeneration: generation, tenants: users.size, conditions };
  if (isDeepStrictEqual(before, status)) return false;
  const target = { resource, name: { name }, subresource: 'status' } as const;
  await deps.client.mergePatch(target, { metadata: { uid, resourceVersion }, status }, signal);
  return true;
}

function readyVerdict({ judge, inputs }: SharedPassDeps, object: Profile | Bundle): Verdict {
  const problems = judge.sharedProblems(object);
  if (problems.length > 0) return { status: 'False', reason: 'Invalid', message: problemText(problems) };
  const unchecked = judge.uncheckedRego(object);
  if (unchecked !== undefined) return { status: 'False', reason: 'RegoUnchecked', message: uncheckedText(unchecked) };
  return { status: 'True', reason: 'Valid', message: `well-formed and in use as it is${vainRules(inputs, object)}` };
}

/** Rules that decide nothing under the levels above; no reason not to be Ready. */
function vainRules(inputs: FleetInputs, object: Profile | Bundle): string {
  if (object.kind !== 'PolicyBundle') return '';
  const { metadata, spec } = object as Bundle;
  const text = problemText(bundleWidenings({ name: metadata.name, spec }, inputs.bundleSpecs()));
  return text === '' ? '' : `; without effect: ${text}`;
}
