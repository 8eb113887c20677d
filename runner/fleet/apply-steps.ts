/** The writes of a pass over a Managed tenant, in the order in which nothing can block anything else. */
import { applyPass } from '../engine/apply-pass.ts';
import type { LiveChild } from '../engine/children.ts';
import { labelAgain } from '../engine/label-again.ts';
import { prune } from '../engine/remove.ts';
import { isInPlace } from '../engine/result.ts';
import type { ObjectResult } from '../engine/result.ts';
import type { WantedObject } from '../engine/wanted.ts';
import type { CellFacts } from './cell-facts.ts';
import { guardsWave } from './kinds.ts';
import { passedMaps } from './passed-maps.ts';
import type { Plan } from './planner.ts';
import { quotaSteps } from './quota-steps.ts';
import { runningOf } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import { growClaims, smallClaims } from './volume-growth.ts';

/**
 * Applies what is wanted, then what may only follow the rollout, then removes what is not wanted any more; each only when
 * what is before it was done, or is there and fought over.
 */
export async function applySteps(deps: PassDeps, pass: Pass, plan: Plan): Promise<ObjectResult[]> {
  const owner = pass.tenant.metadata.name;
  const { first, last } = quotaSteps(plan.wanted, (key) => ({
    live: deps.children.of(owner).get(key),
    record: deps.records.get(owner, key),
  }));
  const { results, claims } = await applyFirst(deps, pass, { plan, first });
  if (!isInPlace(results)) return [...results, ...(await dropPassed(deps, pass, plan)), ...claims];
  if (isRolledOut(deps, owner)) results.push(...(await applyPass(deps.apply, { owner, wanted: last }, pass.signal)));
  else results.push(...last.map(({ key }): ObjectResult => ({ key, action: 'held' })));
  if (isInPlace(results)) {
    // The template of a workload that is fought over is somebody else's, whatever came through.
    const keepsMaps = !isRolledOut(deps, owner) || results.some(({ isThere }) => isThere === true);
    results.push(...(await pruneTenant(deps, pass, { plan, keepsMaps })));
  }
  return [...results, ...claims];
}

interface FirstResults {
  readonly results: ObjectResult[];
  /** A storage class that cannot grow must neither keep a stricter policy out nor old objects in: it is told, and the rest goes on. */
  readonly claims: readonly ObjectResult[];
}

/** Volumes grow when the quota has grown, and before the StatefulSet is made anew for it. */
async function applyFirst(
  deps: PassDeps,
  { tenant, signal }: Pass,
  { plan, first }: { readonly plan: Plan; readonly first: readonly WantedObject[] },
): Promise<FirstResults> {
  const owner = tenant.metadata.name;
  const small = smallClaims(deps, owner, plan);
  if (small.length === 0) return { results: await applyPass(deps.apply, { owner, wanted: first }, signal), claims: [] };
  const isGuard = ({ kind }: WantedObject): boolean => kind.wave <= guardsWave;
  const results = await applyPass(deps.apply, { owner, wanted: first.filter(isGuard) }, signal);
  const rest = first.filter((item) => !isGuard(item));
  if (!isInPlace(results)) {
    return { results: [...results, ...rest.map(({ key }): ObjectResult => ({ key, action: 'skipped' }))], claims: [] };
  }
  const claims = await growClaims(deps, { tenant: owner, small }, signal);
  return { results: [...results, ...(await applyPass(deps.apply, { owner, wanted: rest }, signal))], claims };
}

/** What a rollout has passed over. */
function passedOver(deps: PassDeps, owner: string, wanted: ReadonlySet<string>): LiveChild<CellFacts>[] {
  const mounted = [...deps.pods.maps(owner), ...(runningOf(deps, owner).workload?.maps ?? [])];
  return passedMaps(deps.children.of(owner).values(), { isWanted: (key) => wanted.has(key), mounted });
}

/** Whatever cannot be applied, old revisions must not be what leaves no room for the next. */
async function dropPassed(deps: PassDeps, { tenant, signal }: Pass, plan: Plan): Promise<ObjectResult[]> {
  const owner = tenant.metadata.name;
  const children = passedOver(deps, owner, wantedKeys(plan));
  const dropped = await prune(deps, { children, keep: () => false }, signal);
  for (const { key } of dropped) deps.records.forget(owner, key);
  return dropped;
}

/**
 * Old ConfigMaps stay while pods of an older revision may still start: the StatefulSet re-creates a lost pod at its old
 * revision until the rollout is through. But for those of revisions that no pod has any more, once they are many.
 */
async function pruneTenant(
  deps: PassDeps,
  { tenant, signal }: Pass,
  { plan, keepsMaps }: { readonly plan: Plan; readonly keepsMaps: boolean },
): Promise<ObjectResult[]> {
  const owner = tenant.metadata.name;
  const wanted = wantedKeys(plan);
  await labelAgain(deps.labelAgain, { owner, isWanted: (key) => wanted.has(key) }, signal);
  deps.records.keepOnly(owner, wanted);
  const children = [...deps.children.of(owner).values()];
  const passed = keepsMaps ? passedOver(deps, owner, wanted) : [];
  const stays = (child: LiveChild<CellFacts>): boolean =>
    keepsMaps && child.kind.kind === 'ConfigMap' && !passed.includes(child);
  return prune(deps, { children, keep: (child) => wanted.has(child.key) || stays(child) }, signal);
}

function wantedKeys({ wanted }: Plan): ReadonlySet<string> {
  return new Set(wanted.map(({ key }) => key));
}

function isRolledOut(deps: PassDeps, owner: string): boolean {
  return runningOf(deps, owner).workload?.isRolledOut === true;
}
