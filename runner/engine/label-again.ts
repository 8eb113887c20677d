/**
 * Children that lost the owner's label are not seen any more, so nobody would remove them. Those that a record proves to be the
 * owner's get it back. Costs a read for each child that is recorded and not seen: none in ordinary times.
 */
import type { KubeClient } from '../kube/client.ts';
import type { LiveObject } from '../kube/live-object.ts';
import type { Children } from './children.ts';
import { placeOfKey } from './kind.ts';
import type { ManagedKind } from './kind.ts';
import { managedEntries } from './managed-fields.ts';
import { readIfThere } from './read.ts';
import type { AppliedRecords } from './records.ts';

/** What it works with. */
export interface LabelAgainDeps {
  readonly client: Pick<KubeClient, 'get' | 'mergePatch'>;
  readonly children: Pick<Children<unknown>, 'of' | 'answered'>;
  readonly records: AppliedRecords;
  readonly kinds: readonly ManagedKind[];
  readonly ownerLabel: string;
}

/**
 * Those of an owner that are not wanted any more; they are among its children after that.
 * @throws what the API server answers
 */
export async function labelAgain(
  deps: LabelAgainDeps,
  { owner, isWanted }: { readonly owner: string; readonly isWanted: (key: string) => boolean },
  signal: AbortSignal,
): Promise<void> {
  const seen = deps.children.of(owner);
  for (const [key, { uid }] of deps.records.of(owner)) {
    const place = seen.has(key) || isWanted(key) ? undefined : placeOfKey(deps.kinds, key);
    if (place === undefined) continue;
    const live = await readIfThere(deps.client, place, signal);
    // Gone, or another one of that name, which is nobody's to us.
    if (live?.metadata.uid !== uid) deps.records.forget(owner, key);
    else await label(deps, { owner, live, kind: place.kind }, signal);
  }
}

/**
 * As {@link labelAgain}, for one object of which no record is left, where it would be among what an owner is about to lose: ours when
 * our manager is among its writers. Costs a read, and nothing when the object is seen.
 * @throws what the API server answers
 */
export async function labelUnrecorded(
  deps: LabelAgainDeps,
  { owner, key, manager }: { readonly owner: string; readonly key: string; readonly manager: string },
  signal: AbortSignal,
): Promise<void> {
  const isKnown = deps.children.of(owner).has(key) || deps.records.get(owner, key) !== undefined;
  const place = isKnown ? undefined : placeOfKey(deps.kinds, key);
  if (place === undefined) return;
  const live = await readIfThere(deps.client, place, signal);
  if (live === undefined || !managedEntries(live).some((entry) => entry.manager === manager)) return;
  await label(deps, { owner, live, kind: place.kind }, signal);
}

async function label(
  { client, children, ownerLabel }: LabelAgainDeps,
  { owner, live, kind }: { readonly owner: string; readonly live: LiveObject; readonly kind: ManagedKind },
  signal: AbortSignal,
): Promise<void> {
  const { uid, resourceVersion } = live.metadata;
  const patch = { metadata: { uid, resourceVersion, labels: { [ownerLabel]: owner } } };
  children.answered(kind, await client.mergePatch({ resource: kind, name: live.metadata }, patch, signal));
}
