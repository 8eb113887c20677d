/**
 * Removes children: what is not wanted any more (prune), or everything (teardown). Only objects of the closed list of kinds
 * that have the owner's label and lie where the owner's objects lie; each delete names the uid and version that was seen, so
 * that a successor or an object that changed meanwhile is never hit.
 */
import { isNotFound } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import { mapBounded, requestsPerOwner } from './bounded.ts';
import { isLeaving } from './children.ts';
import type { Children, LiveChild } from './children.ts';
import type { Contest, Fights } from './fights.ts';
import { failure } from './result.ts';
import type { ObjectResult } from './result.ts';
import { inWaves } from './waves.ts';

/** What removing works with. */
export interface RemoveDeps {
  readonly client: Pick<KubeClient, 'delete'>;
  readonly children: Pick<Children<unknown>, 'deleted'>;
  /** Whoever makes anew what is removed must not have us remove it for ever at full speed. */
  readonly fights: Fights;
}

/** Which children to remove. */
export interface Removal<Facts> {
  readonly children: Iterable<LiveChild<Facts>>;
  /** True: it stays. */
  readonly keep: (child: LiveChild<Facts>) => boolean;
}

/** Removes everything prunable that need not stay; call it only after everything wanted was applied. */
export async function prune<Facts>(
  deps: RemoveDeps,
  removal: Removal<Facts>,
  signal: AbortSignal,
): Promise<ObjectResult[]> {
  const children = [...removal.children];
  // What was removed once and is wanted again is ours: it was not made anew against us.
  for (const child of children) if (removal.keep(child)) deps.fights.over(removalOf(child));
  const unwanted = children.filter((child) => child.kind.prunable !== false && !removal.keep(child));
  return mapBounded(unwanted, requestsPerOwner, (child) => remove(deps, child, signal));
}

/**
 * Removes everything that need not stay, last wave first, and starts on a wave only when the one after it is gone: the walls
 * around a workload stay until its last pod is gone.
 * @returns what was done to the wave that is in turn; empty when nothing is left
 */
export async function teardown<Facts>(
  deps: RemoveDeps,
  removal: Removal<Facts>,
  signal: AbortSignal,
): Promise<ObjectResult[]> {
  const left = [...removal.children].filter((child) => !removal.keep(child));
  const lastWave = inWaves(left, ({ kind }) => kind.wave).at(-1) ?? [];
  return mapBounded(lastWave, requestsPerOwner, (child) => remove(deps, child, signal));
}

async function remove<Facts>(
  { client, children, fights }: RemoveDeps,
  child: LiveChild<Facts>,
  signal: AbortSignal,
): Promise<ObjectResult> {
  const { key, kind, name, namespace, uid, resourceVersion } = child;
  const propagation = kind.propagation ?? 'Background';
  if (isLeaving(child)) return { key, action: 'leaving', since: child.deletingSince };
  try {
    fights.check(removalOf(child));
    const target = { resource: kind, name: { name, namespace }, propagation };
    const left = await client.delete(target, { uid, resourceVersion }, signal);
    fights.did(removalOf(child));
    // The next pass may come before the watch tells it, and would ask once more.
    children.deleted(child, left);
    return { key, action: 'pruned' };
  } catch (error) {
    if (isNotFound(error)) return { key, action: 'leaving' };
    // Not what we saw any more, too: it may be a status that no watch makes a pass of, so only another try tells.
    return failure(key, error, signal);
  }
}

function removalOf({ owner = '', key, writer }: LiveChild<unknown>): Contest {
  return { owner, key, act: 'remove', by: writer };
}
