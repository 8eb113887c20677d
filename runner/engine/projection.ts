/**
 * What of a live object matters to us: everything but status and metadata, minus the few fields that others are meant to write,
 * as one digest; and its labels and annotations, each as a mark, because only our own count and which are ours is known late.
 * Both change when anyone changes, removes or adds what matters, under whatever manager name, and the digest does not when a
 * controller writes status or someone adds a label of their own. Neither needs a record, so a standby can keep them.
 */
import { createHash } from 'node:crypto';
import type { LiveMeta, LiveObject } from '../kube/live-object.ts';
import { digest } from './digest.ts';

/** Fields by kind that others write by right, as paths of keys. */
export type LeftToOthers = Readonly<Record<string, readonly (readonly string[])[]>>;

/** Labels and annotations, in an object or in what is wanted. */
export type Marked = Pick<LiveMeta, 'labels' | 'annotations'>;

/** Digest of what matters outside of metadata. */
export function contentDigest(live: LiveObject, leftToOthers: LeftToOthers): string {
  const { metadata: _metadata, ...content } = live;
  return digest([['status'], ...(leftToOthers[live.kind] ?? [])].reduce<Record<string, unknown>>(without, content));
}

/** Every label and annotation with its value, 64 bits each. */
export function marksOf({ labels = {}, annotations = {} }: Marked): string[] {
  return [
    ...Object.entries(labels).map(([key, value]) => mark('l', key, value)),
    ...Object.entries(annotations).map(([key, value]) => mark('a', key, value)),
  ];
}

/** Whether all that is wanted is there, with its value. */
export function carries(there: string, wanted: readonly string[]): boolean {
  return wanted.every((one) => there.includes(one));
}

/** Marks that were made lately: a cell's objects share most of theirs. */
const recent = new Map<string, string>();
const mostRecent = 4096;

function mark(part: 'l' | 'a', key: string, value: string): string {
  const text = `${part}\0${key}\0${value}`;
  const known = recent.get(text);
  if (known !== undefined) return known;
  // A separator in front, so that a mark is never found across two others.
  const made = ` ${createHash('sha256').update(text).digest('base64url').slice(0, 11)}`;
  if (recent.size >= mostRecent) recent.clear();
  recent.set(text, made);
  return made;
}

/** A copy without the field at the path; a parent that becomes empty goes too, as if the field had never been there. */
function without(object: Readonly<Record<string, unknown>>, path: readonly string[]): Record<string, unknown> {
  const [head, ...rest] = path;
  if (head === undefined || !(head in object)) return object;
  const { [head]: member, ...others } = object;
  if (rest.length === 0 || typeof member !== 'object' || member === null) return rest.length === 0 ? others : object;
  const kept = without(member as Record<string, unknown>, rest);
  return Object.keys(kept).length === 0 ? others : { ...object, [head]: kept };
}
