/** What others do to an object of ours that must not stay. */
import { isDeepStrictEqual } from 'node:util';
import { tenantLabel } from '../../../constructs/cell/labels.ts';
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import type { ApiClient, TestObject, TestRequest, TestResponse } from '../../api/support/api-client.ts';
import { otherValues, ownedLeaves, pointerTo, shuffled, valueAt, withValueAt } from './owned-leaves.ts';
import type { Leaf, Place } from './owned-leaves.ts';
import { chosenPart, kindOf } from './rendered-objects.ts';
import type { Random } from './seed.ts';

/** An object of ours. */
export interface Target {
  readonly wanted: KubeObject;
  readonly path: string;
  /** As it was when nobody had touched it. */
  readonly before: TestObject;
}

/** One way to write, on one target. */
export interface Attempt {
  readonly admin: ApiClient;
  readonly target: Target;
  readonly random: Random;
}

/**
 * Writes, at a random leaf that the API server lets be written.
 * @returns where, or undefined when the API server takes no such write or it changes nothing
 */
export type ForeignWrite = (attempt: Attempt) => Promise<string | undefined>;

/** Leaves that are tried before an object counts as one that cannot be changed this way. */
const tries = 16;

/** By what they do; `restored` takes two writes, between which no runner may repair. */
export const foreignWrites = {
  'changes a leaf': (attempt) => firstTaken(attempt, changes),
  'removes a leaf': (attempt) =>
    firstTaken(attempt, ({ place }) => [jsonPatch({ op: 'remove', path: pointerTo(place) })]),
  'adds beside a leaf': (attempt) => firstTaken(attempt, additions),
  'applies by force under our manager name': (attempt) => firstTaken(attempt, forgedApplies(attempt)),
  'replaces under our manager name': (attempt) => firstTaken(attempt, forgedReplacements(attempt)),
  'adds by a replacement under our manager name': (attempt) => firstTaken(attempt, forgedAdditions),
  'changes a leaf and puts the old managedFields back': (attempt) => restoreManagedFields(attempt, changes),
  'adds beside a leaf, puts the old managedFields back and takes our label': async (attempt) => {
    const place = await restoreManagedFields(attempt, (leaf) => additions(leaf, attempt.target));
    if (place !== undefined) await takeLabels(attempt, [tenantLabel]);
    return place;
  },
  'puts another of its name in its place': putAnother,
  'deletes the object': async ({ admin, target: { path } }) => {
    await admin.ok({ method: 'DELETE', path });
    return 'all';
  },
  'takes our labels': async (attempt) => {
    const { wanted } = attempt.target;
    // A namespace without any is a stranger's to the walls around the runner's account, and stays one until a person labels it.
    await takeLabels(attempt, wanted.kind === 'Namespace' ? [tenantLabel] : Object.keys(wanted.metadata.labels ?? {}));
    return 'metadata.labels';
  },
} satisfies Record<string, ForeignWrite>;

/** A write without the path of its object. */
type Write = Omit<TestRequest, 'path'> & { readonly query: string };

function jsonPatch(operation: object): Write {
  return {
    method: 'PATCH',
    query: '?fieldManager=someone',
    body: [operation],
    contentType: 'application/json-patch+json',
  };
}

async function firstTaken(
  { admin, target, random }: Attempt,
  writesFor: (leaf: Leaf, target: Target) => readonly Write[],
): Promise<string | undefined> {
  const there = ownedLeaves(target.wanted).filter(({ place }) => valueAt(target.before, place) !== undefined);
  for (const leaf of shuffled(there, random).slice(0, tries)) {
    for (const write of writesFor(leaf, target)) {
      const { status, body } = await sendWrite(admin, target.path, write);
      if (status < 300 && isOther(body as TestObject, target)) return leaf.place.join('.');
    }
  }
  return undefined;
}

/** Sends it; a replacement once more when a controller wrote the status meanwhile. */
export async function sendWrite(admin: ApiClient, path: string, { query, ...write }: Write): Promise<TestResponse> {
  const response = await admin.send({ ...write, path: path + query });
  if (response.status !== 409 || write.method !== 'PUT') return response;
  const { resourceVersion } = (await admin.object({ path })).metadata;
  const body = write.body as TestObject;
  return sendWrite(admin, path, {
    ...write,
    query,
    body: { ...body, metadata: { ...body.metadata, resourceVersion } },
  });
}

/** Defaults fill some removed fields again, and unknown fields are dropped: then nothing happened. */
function isOther(now: TestObject, { before }: Target): boolean {
  return !isDeepStrictEqual(chosenPart(now), chosenPart(before));
}

function changes({ place, value }: Leaf): Write[] {
  return otherValues(value).map((other) => jsonPatch({ op: 'replace', path: pointerTo(place), value: other }));
}

/** Names for a key of a map: of anything, and of the resources that quotas and limits know. */
const foreignKeys = ['foreign', 'services', 'ephemeral-storage'];

/** Something new at a place; `-` at its end is the end of a list. */
interface Addition {
  readonly place: Place;
  readonly value: unknown;
}

/** Beside the leaf itself and beside the list item that it lies in; others' labels and annotations are no addition to ours. */
function additionsTo({ place, value }: Leaf, { before }: Target): Addition[] {
  if (place[0] === 'metadata') return [];
  const parent = place.slice(0, -1);
  const atEnd = (list: Place, added: unknown): Addition => ({ place: [...list, '-'], value: added });
  if (typeof place.at(-1) === 'number') return otherValues(value).map((other) => atEnd(parent, other));
  const members = foreignKeys.flatMap((key) =>
    [value, '77', '77Mi'].map((added): Addition => ({ place: [...parent, key], value: added })),
  );
  if (typeof parent.at(-1) !== 'number') return members;
  const item = valueAt(before, parent) as Record<string, unknown>;
  const copies = otherValues(value).map((other) => ({ ...item, [String(place.at(-1))]: other }));
  return [...copies.map((copy) => atEnd(parent.slice(0, -1), copy)), ...members];
}

function additions(leaf: Leaf, target: Target): Write[] {
  return additionsTo(leaf, target).map(({ place, value }) => jsonPatch({ op: 'add', path: pointerTo(place), value }));
}

function forgedAdditions(leaf: Leaf, target: Target): Write[] {
  return additionsTo(leaf, target).map(({ place, value }) => {
    const list = valueAt(target.before, place.slice(0, -1));
    const where = place.at(-1) === '-' ? [...place.slice(0, -1), (list as unknown[]).length] : place;
    return replacement(withValueAt(target.before, where, value));
  });
}

function forgedApplies({ target: { wanted } }: Attempt): (leaf: Leaf) => Write[] {
  return ({ place, value }) =>
    otherValues(value).map((other): Write => ({
      method: 'PATCH',
      query: '?fieldManager=cellwright&force=true',
      body: withValueAt(wanted, place, other),
      contentType: 'application/apply-patch+yaml',
    }));
}

function forgedReplacements({ target: { before } }: Attempt): (leaf: Leaf) => Write[] {
  return ({ place, value }) => otherValues(value).map((other) => replacement(withValueAt(before, place, other)));
}

/** With a version only where the API server demands one: a controller's status must not get in between. */
export function replacement(body: TestObject, manager = 'cellwright'): Write {
  const { resourceVersion, ...metadata } = body.metadata;
  const demandsVersion = body.kind === 'PodDisruptionBudget' || kindOf(body).optional === true;
  const version = demandsVersion ? { resourceVersion } : {};
  return { method: 'PUT', query: `?fieldManager=${manager}`, body: { ...body, metadata: { ...metadata, ...version } } };
}

async function takeLabels({ admin, target: { path } }: Attempt, keys: readonly string[]): Promise<void> {
  const labels = Object.fromEntries(keys.map((key) => [key, null]));
  const contentType = 'application/merge-patch+json';
  await admin.ok({ method: 'PATCH', path, body: { metadata: { labels } }, contentType });
}

/** With our labels, and a leaf that is another where there is one. */
async function putAnother({ admin, target: { path, wanted }, random }: Attempt): Promise<string | undefined> {
  if (wanted.kind === 'Namespace') return undefined;
  await admin.ok({ method: 'DELETE', path });
  const collection = path.slice(0, path.lastIndexOf('/'));
  const leaves = ownedLeaves(wanted).filter(({ place }) => place[0] !== 'metadata');
  for (const { place, value } of shuffled(leaves, random)) {
    for (const other of otherValues(value)) {
      const body = withValueAt(wanted, place, other);
      if ((await admin.send({ method: 'POST', path: collection, body })).status === 201) return place.join('.');
    }
  }
  // Nothing of it can be another: the same, by another uid.
  await admin.ok({ method: 'POST', path: collection, body: wanted });
  return 'metadata.uid';
}

async function restoreManagedFields(
  attempt: Attempt,
  writesFor: (leaf: Leaf) => readonly Write[],
): Promise<string | undefined> {
  const { admin, target } = attempt;
  const place = await firstTaken(attempt, writesFor);
  if (place === undefined) return undefined;
  const now = await admin.object({ path: target.path });
  const forged = { ...now, metadata: { ...now.metadata, managedFields: target.before.metadata.managedFields ?? [] } };
  const { status, body } = await sendWrite(admin, target.path, replacement(forged));
  if (status !== 200) throw new Error(`${target.path}: ${JSON.stringify(body)}`);
  const named = (body as TestObject).metadata.managedFields?.map(({ manager }) => manager) ?? [];
  if (named.includes('someone')) throw new Error(`${target.path}: managedFields still name the writer`);
  return place;
}
