/** The writes that bring one object to what is wanted, by its strategy. */
import { isAlreadyExists, isInvalid, isStale } from '../kube/api-error.ts';
import type { KubeClient, WantedBody } from '../kube/client.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { ForeignObjectError } from './adoption.ts';
import type { Adoption } from './adoption.ts';
import type { Children, LiveChild } from './children.ts';
import { clearIntrusions, replacement } from './clear-intrusions.ts';
import type { ClearDeps } from './clear-intrusions.ts';
import { carries } from './projection.ts';
import { readIfThere } from './read.ts';
import { isAsAccepted } from './records.ts';
import type { AppliedRecord } from './records-text.ts';
import { isImmutableChange, recreate } from './recreate.ts';
import type { ObjectAction } from './result.ts';
import { replaceUnclaimed } from './unclaimed.ts';
import { placeOf } from './wanted.ts';
import type { WantedObject } from './wanted.ts';

/** What writing works with. */
export interface WriteDeps extends ClearDeps {
  readonly client: Pick<KubeClient, 'apply' | 'create' | 'delete' | 'get' | 'jsonPatch' | 'replace' | 'tryCreate'>;
  readonly children: Pick<Children<unknown>, 'answered' | 'deleted'>;
  readonly adoption: Adoption;
  /** The body to POST for a `create-once` object: what must not be in the wanted body (a secret) is added at the last moment. */
  readonly complete: (wanted: WantedObject) => WantedBody;
  /** What to keep with the proof that this object was accepted; a short text, without secrets. @default - nothing */
  readonly noteOf?: (wanted: WantedObject) => string | undefined;
}

/** What is wanted, and what is known of what there is. */
export interface Target {
  readonly wanted: WantedObject;
  /** Undefined when we know of none. */
  readonly live: LiveChild<unknown> | undefined;
  readonly record: AppliedRecord | undefined;
}

/** What was done. */
export interface Write {
  readonly action: ObjectAction;
  /** The proof; undefined while the object is not as wanted. Its uid is undefined for objects that are never read. */
  readonly accepted?: Omit<AppliedRecord, 'uid'> & { readonly uid: string | undefined };
  /** Places of what others had added. */
  readonly cleared?: readonly string[];
}

/** @throws what the API server answers, ForeignObjectError */
export async function write(deps: WriteDeps, target: Target, signal: AbortSignal): Promise<Write> {
  switch (target.wanted.strategy) {
    case 'apply':
      return applyOrRecreate(deps, target, signal);
    case 'create-first':
      return createFirst(deps, target, signal);
    case 'create-once':
      return createOnce(deps, target, signal);
  }
}

async function applyOrRecreate(deps: WriteDeps, target: Target, signal: AbortSignal): Promise<Write> {
  try {
    return await apply(deps, target, signal);
  } catch (error) {
    const { wanted, live, record } = target;
    const uid = isImmutableChange(error) ? await uidToMakeAnew(deps, target, signal) : undefined;
    if (uid !== undefined) {
      const made = await recreate(deps, { wanted, uid }, signal);
      return made === undefined ? { action: 'waiting' } : accepted(deps, target, { live: made, action: 'created' });
    }
    const isTouched = live === undefined || !isAsAccepted(record, live);
    if (isTouched && isInvalid(error) && !isStale(error)) return replaceWhole(deps, target, { error, signal });
    throw error;
  }
}

/** Which object may go so that it can be made anew; undefined where that is not allowed. */
async function uidToMakeAnew(
  { client }: Pick<WriteDeps, 'client'>,
  { wanted, live, record }: Target,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (wanted.kind.recreate === undefined) return undefined;
  if (live !== undefined) return live.uid;
  // It is not seen without our label; the record says whether it is the one that we made.
  const uid = (await readIfThere(client, placeOf(wanted), signal))?.metadata.uid;
  return uid === record?.uid ? uid : undefined;
}

async function apply(deps: WriteDeps, target: Target, signal: AbortSignal): Promise<Write> {
  const { wanted, live, record } = target;
  const replaced = await replaceUnclaimed(deps, target, signal);
  if (replaced !== undefined) return accepted(deps, target, { live: replaced, action: 'configured' });
  const { kind, body } = wanted;
  const pinned = live === undefined ? body : { ...body, metadata: { ...body.metadata, uid: live.uid } };
  const written = await deps.client.apply(kind, pinned, signal);
  if (written.created) return accepted(deps, target, { live: written.object, action: 'created' });
  // Only for what we wanted then is it known how it should look now.
  const expected = record?.wanted === wanted.digest ? record.accepted : undefined;
  // Without a record nothing says that somebody else was here: it may be a write of our own that was not kept.
  const wasTouched = record !== undefined && (live === undefined || !isAsAccepted(record, live));
  const cleared = await clearIntrusions(deps, { wanted, live: written.object, expected, wasTouched }, signal);
  return { ...accepted(deps, target, { live: cleared.live, action: 'configured' }), cleared: cleared.paths };
}

/**
 * What others put beside our fields can make them invalid together, such as a second port of the same name: then applying
 * never succeeds, and the object is replaced by what is wanted.
 * @throws the refusal of the apply when the object is not there, or is another one by now
 */
async function replaceWhole(
  deps: WriteDeps,
  target: Target,
  { error, signal }: { readonly error: unknown; readonly signal: AbortSignal },
): Promise<Write> {
  const { kind, body } = target.wanted;
  const live = await readIfThere(deps.client, placeOf(target.wanted), signal);
  if (live === undefined || (target.live !== undefined && target.live.uid !== live.metadata.uid)) throw error;
  const replaced = await deps.client.replace(kind, replacement(deps, body, live), signal);
  return accepted(deps, target, { live: replaced, action: 'configured' });
}

async function createFirst(deps: WriteDeps, target: Target, signal: AbortSignal): Promise<Write> {
  const { wanted, record } = target;
  const created = target.live === undefined ? await createUnlessTaken(deps, wanted, signal) : undefined;
  if (created !== undefined) return accepted(deps, target, { live: created, action: 'created' });
  const live = await deps.client.get(wanted.kind, wanted.body.metadata, signal);
  // What we made ourselves is ours even when someone took our labels off.
  const isOurs = record?.uid === live.metadata.uid;
  const problem = isOurs ? undefined : deps.adoption(live, wanted);
  if (problem !== undefined) return makeAnew(deps, target, { live, problem, signal });
  const known = deps.children.answered(wanted.kind, live);
  if (carries(known.marks, wanted.marks)) return { action: 'unchanged', accepted: proofOf(deps, wanted, known) };
  return apply(deps, { ...target, live: known }, signal);
}

/**
 * What carries our labels in our place and is not what we want, such as immutable content under the name of ours, goes, and the
 * wanted object comes in its place.
 * @throws ForeignObjectError for what is not a child, or never removed
 */
async function makeAnew(
  deps: WriteDeps,
  target: Target,
  { live, problem, signal }: { readonly live: LiveObject; readonly problem: string; readonly signal: AbortSignal },
): Promise<Write> {
  const { uid, resourceVersion } = live.metadata;
  const { wanted, live: child } = target;
  const { kind, body } = wanted;
  if (kind.prunable === false || child?.uid !== uid) throw new ForeignObjectError(wanted.key, problem);
  const place = { resource: kind, name: body.metadata, propagation: 'Background' } as const;
  const left = await deps.client.delete(place, { uid, resourceVersion }, signal);
  deps.children.deleted(child, left);
  if (left !== undefined) return { action: 'waiting' };
  const made = await createUnlessTaken(deps, wanted, signal);
  return made === undefined ? { action: 'waiting' } : accepted(deps, target, { live: made, action: 'created' });
}

async function createOnce(deps: WriteDeps, { wanted }: Target, signal: AbortSignal): Promise<Write> {
  const created = await createUnlessTaken(deps, { ...wanted, body: deps.complete(wanted) }, signal);
  const proof = { uid: undefined, wanted: wanted.digest, accepted: '' };
  return { action: created === undefined ? 'unchanged' : 'created', accepted: proof };
}

async function createUnlessTaken(
  { client }: WriteDeps,
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

/** Takes the answer into the picture, and makes it the proof. */
function accepted(
  deps: WriteDeps,
  { wanted }: Target,
  { live, action }: { readonly live: LiveObject; readonly action: ObjectAction },
): Write {
  return { action, accepted: proofOf(deps, wanted, deps.children.answered(wanted.kind, live)) };
}

function proofOf(
  { noteOf }: Pick<WriteDeps, 'noteOf'>,
  wanted: WantedObject,
  { uid, digest }: LiveChild<unknown>,
): AppliedRecord {
  const note = noteOf?.(wanted);
  return { uid, wanted: wanted.digest, accepted: digest, ...(note === undefined ? {} : { note }) };
}
