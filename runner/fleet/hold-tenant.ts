/**
 * A tenant whose spec is refused runs on as it was applied last, and its walls with it: what others change of that is set back,
 * and what cannot be set back is told. Nothing new is applied: neither of the refused spec nor of a profile or bundle that changed
 * meanwhile, even a stricter one.
 */
import { podSecurityLabels, podSecurityVersions } from '../../constructs/cell/namespace.ts';
import { applyPass } from '../engine/apply-pass.ts';
import { isLeaving } from '../engine/children.ts';
import type { LiveChild } from '../engine/children.ts';
import { carries, marksOf } from '../engine/projection.ts';
import type { AppliedRecord } from '../engine/records-text.ts';
import type { ObjectResult } from '../engine/result.ts';
import type { WantedObject } from '../engine/wanted.ts';
import { applySteps } from './apply-steps.ts';
import { firstFew } from './first-few.ts';
import { lastingTrouble } from './lasting-trouble.ts';
import type { LastingTrouble } from './lasting-trouble.ts';
import type { Plan } from './planner.ts';
import { foreignNamespace } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { tellResults } from './tell-results.ts';

/** Objects that a message names. */
const shownObjects = 5;

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

type HoldDeps = Pick<PassDeps, 'children' | 'records'>;

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
export function provenOf({ records }: Pick<HoldDeps, 'records'>, owner: string, { wanted }: Plan): WantedObject[] {
  return wanted.filter(({ key, digest }) => records.get(owner, key)?.wanted === digest);
}

/** What of an owner's objects is not as the records have it, and what is there without a record. */
export function driftText({ children, records }: HoldDeps, owner: string, held: ReadonlySet<string>): string {
  const live = children.of(owner);
  const recorded = new Map(records.of(owner));
  // Never applied, or by nobody that we know of: then nothing says what should be there.
  if (recorded.size === 0) return '';
  const differing = [...recorded].flatMap(([key, record]) => {
    const problem = held.has(key) ? undefined : problemOf(record, live.get(key));
    return problem === undefined ? [] : [`${key} ${problem}`];
  });
  const extra = [...live.values()]
    .filter((child) => !recorded.has(child.key) && !isLeaving(child) && !isLeftOver(child))
    .map(({ key, writer }) => `${key} was added by ${JSON.stringify(writer)}`);
  return firstFew([...differing, ...extra].sort(), shownObjects, 'objects').join(' | ');
}

function problemOf({ accepted }: AppliedRecord, live: LiveChild<unknown> | undefined): string | undefined {
  // Never read.
  if (accepted === '') return undefined;
  if (live === undefined) return 'is gone, or lost its label';
  if (isLeaving(live)) return 'is being deleted';
  if (live.digest !== accepted) return `was changed, last by ${JSON.stringify(live.writer)}`;
  return live.kind.kind === 'Namespace' && !isSecured(live)
    ? 'has other Pod Security labels than any that we set'
    : undefined;
}

/** Records say nothing of labels, and these are the same for every cell: a version that we render, and the one level. */
function isSecured({ marks }: LiveChild<unknown>): boolean {
  return podSecurityVersions.some((version) => {
    const labels = Object.entries(podSecurityLabels).map(([key, value]) => [
      key,
      key.endsWith('-version') ? version : value,
    ]);
    return carries(marks, marksOf({ labels: Object.fromEntries(labels) as Record<string, string> }));
  });
}

/** Old ConfigMaps have the hash of their content in their names: one that nobody mounts does nothing. */
function isLeftOver({ kind }: LiveChild<unknown>): boolean {
  return kind.kind === 'ConfigMap';
}
