/**
 * A tenant whose spec is refused runs on as it was applied last, and its walls with it: what others change of that is set back,
 * and what cannot be set back is told. Nothing new is applied: neither of the refused spec nor of a profile or bundle that changed
 * meanwhile, even a stricter one.
 */
import { applyPass } from '../engine/apply-pass.ts';
import type { ObjectResult } from '../engine/result.ts';
import type { WantedObject } from '../engine/wanted.ts';
import { applySteps } from './apply-steps.ts';
import { lastingTrouble } from './lasting-trouble.ts';
import type { LastingTrouble } from './lasting-trouble.ts';
import type { Plan } from './planner.ts';
import { driftText } from './recorded-drift.ts';
import { foreignNamespace } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { tellResults } from './tell-results.ts';

/** What came of it. */
export interface Held {
  readonly results: readonly ObjectResult[];
  /** Fights over what is held, told as long as they last, whatever this pass did. */
  readonly trouble: LastingTrouble;
  /** What is not as it was applied last, and cannot be set back; empty when there is nothing of that kind. */
  readonly drift: string;
}

/** Nobody looked, since the objects are not ours to hold. */
export const notHeld: Held = {
  results: [],
  trouble: { fought: [], held: undefined, lookAgainMs: undefined },
  drift: '',
};

/** @throws what the API server answers where an object without our label is looked for */
export async function holdTenant(deps: PassDeps, pass: Pass): Promise<Held> {
  if (foreignNamespace(deps, pass.tenant) !== undefined) return notHeld;
  const owner = pass.tenant.metadata.name;
  const plan = deps.lastPlans.of(pass.tenant);
  const proven = plan === undefined ? [] : provenOf(deps, owner, plan);
  // All of it and nothing else was applied: then what is not wanted is an addition by someone else.
  const isWhole = plan?.wanted.length === proven.length && deps.records.of(owner).length === proven.length;
  const results =
    plan !== undefined && isWhole
      ? await applySteps(deps, pass, plan)
      : await applyPass(deps.apply, { owner, wanted: proven }, pass.signal);
  tellResults(deps, pass, results);
  const trouble = lastingTrouble(deps, { owner, wanted: proven, results });
  return { results, trouble, drift: isWhole ? '' : driftText(deps, owner, new Set(proven.map(({ key }) => key))) };
}

/** What of a plan was applied in this very form, by this runner or another; the rest was never reached. */
export function provenOf({ records }: Pick<PassDeps, 'records'>, owner: string, { wanted }: Plan): WantedObject[] {
  return wanted.filter(({ key, digest }) => records.get(owner, key)?.wanted === digest);
}
