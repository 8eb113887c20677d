/** Makes one object as wanted: nothing when the record proves it, else the one write of its strategy. */
import { isAlreadyExists } from '../kube/api-error.ts';
import type { KubeClient, WantedBody } from '../kube/client.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { ForeignObjectError } from './adoption.ts';
import type { Adoption } from './adoption.ts';
import type { Children } from './children.ts';
import { projectedDigest } from './projection.ts';
import type { LeftToOthers } from './projection.ts';
import { isAsWanted } from './records.ts';
import type { AppliedRecords } from './records.ts';
import type { ManagedKind } from './kind.ts';
import type { Fights } from './fights.ts';
import { strayRemovals } from './strays.ts';
import { failure } from './result.ts';
import type { ObjectAction, ObjectResult } from './result.ts';
import type { WantedObject } from './wanted.ts';

/** What applying works with. */
export interface ApplyDeps {
  readonly client: Pick<KubeClient, 'apply' | 'create' | 'get' | 'jsonPatch'>;
  /** Name under which the API server keeps our fields. */
  readonly fieldManager: string;
  readonly children: Pick<Children<unknown>, 'of' | 'answered'>;
  readonly records: AppliedRecords;
  readonly fights: Fights;
  readonly leftToOthers: LeftToOthers;
  readonly adoption: Adoption;
  /** The body to POST for a `create-once` object: what must not be in the wanted body (a secret) is added at the last moment. */
  readonly complete: (wanted: WantedObject) => WantedBody;
}

/** Never throws but for an aborted signal. */
export async function applyObject(
  deps: ApplyDeps,
  { owner, wanted }: { readonly owner: string; readonly wanted: WantedObject },
  signal: AbortSignal,
): Promise<ObjectResult> {
  const live = deps.children.of(owner).get(wanted.key);
  const key = wanted.key;
  if (live?.deleting === true) return { key, action: 'waiting' };
  if (isAsWanted(deps.records.get(owner, key), wanted, live)) return { key, action: 'unchanged' };
  const isRepair = deps.records.get(owner, key)?.wanted === wanted.digest;
  try {
    if (isRepair) deps.fights.check(key);
    deps.records.begin(owner, wanted);
    const action = await write(deps, { owner, wanted, uid: live?.uid }, signal);
    if (isRepair) deps.fights.repaired(key);
    return { key, action };
  } catch (error) {
    return failure(key, error, signal);
  }
}

interface Target {
  readonly owner: string;
  readonly wanted: WantedObject;
  /** Of the object as we know it; undefined when we know of none. */
  readonly uid: string | undefined;
}

async function write(deps: ApplyDeps, target: Target, signal: AbortSignal): Promise<ObjectAction> {
  switch (target.wanted.strategy) {
    case 'apply':
      return apply(deps, target, signal);
    case 'create-first':
      return createFirst(deps, target, signal);
    case 'create-once':
      return createOnce(deps, target, signal);
  }
}

async function apply(deps: ApplyDeps, target: Target, signal: AbortSignal): Promise<ObjectAction> {
  const { kind, body } = target.wanted;
  const pinned = target.uid === undefined ? body : { ...body, metadata: { ...body.metadata, uid: target.uid } };
  const written = await deps.client.apply(kind, pinned, signal);
  const cleared = written.created ? undefined : await removeStrays(deps, { kind, live: written.object }, signal);
  accept(deps, target, cleared ?? written.object);
  return written.created ? 'created' : 'configured';
}

/** @returns the object without strays, or undefined when it had none */
async function removeStrays(
  { client, fieldManager, leftToOthers }: ApplyDeps,
  { kind, live }: { readonly kind: ManagedKind; readonly live: LiveObject },
  signal: AbortSignal,
): Promise<LiveObject | undefined> {
  const removals = strayRemovals(live, fieldManager, leftToOthers);
  if (removals.length === 0) return undefined;
  const { resourceVersion } = live.metadata;
  return client.jsonPatch({ resource: kind, name: live.metadata, resourceVersion }, removals, signal);
}

async function createFirst(deps: ApplyDeps, target: Target, signal: AbortSignal): Promise<ObjectAction> {
  const { kind, body, key } = target.wanted;
  const created = target.uid === undefined ? await createUnlessTaken(deps, target.wanted, signal) : undefined;
  if (created !== undefined) {
    accept(deps, target, created);
    return 'created';
  }
  const live = await deps.client.get(kind, body.metadata, signal);
  // What we made ourselves is ours even when someone took our labels off.
  const isOurs = deps.records.get(target.owner, key)?.uid === live.metadata.uid;
  const problem = isOurs ? undefined : deps.adoption(live, target.wanted);
  if (problem !== undefined) throw new ForeignObjectError(key, problem);
  if (hasMetadata(live, target.wanted)) {
    accept(deps, target, live);
    return 'unchanged';
  }
  return apply(deps, { ...target, uid: live.metadata.uid }, signal);
}

async function createOnce(deps: ApplyDeps, target: Target, signal: AbortSignal): Promise<ObjectAction> {
  const { wanted, owner } = target;
  const created = await createUnlessTaken(deps, { ...wanted, body: deps.complete(wanted) }, signal);
  deps.records.set(owner, wanted.key, {
    uid: '',
    wanted: wanted.digest,
    resourceVersion: '',
    accepted: '',
    metadataKeys: wanted.metadataKeys,
  });
  return created === undefined ? 'unchanged' : 'created';
}

async function createUnlessTaken(
  { client }: ApplyDeps,
  { kind, body }: Pick<WantedObject, 'kind' | 'body'>,
  signal: AbortSignal,
): Promise<LiveObject | undefined> {
  try {
    return await client.create(kind, body, signal);
  } catch (error) {
    if (isAlreadyExists(error)) return undefined;
    throw error;
  }
}

/** Whether all our labels and annotations are on it with our values. */
function hasMetadata(live: LiveObject, { body }: WantedObject): boolean {
  const holds = (part: 'labels' | 'annotations'): boolean =>
    Object.entries(body.metadata[part] ?? {}).every(([name, value]) => live.metadata[part]?.[name] === value);
  return holds('labels') && holds('annotations');
}

/** The record first: the projection of the answer looks up there what matters. */
function accept(deps: ApplyDeps, { owner, wanted }: Target, live: LiveObject): void {
  const before = deps.records.get(owner, wanted.key)?.uid;
  // What lay in the lost one is lost too, also what is never looked at.
  if (wanted.kind.isContainer === true && before !== live.metadata.uid) deps.records.forgetAll(owner);
  deps.records.set(owner, wanted.key, {
    uid: live.metadata.uid,
    wanted: wanted.digest,
    resourceVersion: live.metadata.resourceVersion,
    accepted: projectedDigest(live, wanted.metadataKeys, deps.leftToOthers),
    metadataKeys: wanted.metadataKeys,
  });
  deps.children.answered(wanted.kind, live);
}
