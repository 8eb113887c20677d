/**
 * What of a live object matters to us: everything but status and metadata, plus our own labels and annotations, minus the
 * few fields that others are meant to write. Its digest changes when anyone changes, removes or adds what matters,
 * under whatever manager name, and not when a controller writes status or someone adds a label of their own.
 */
import type { LiveObject } from '../kube/live-object.ts';
import { digest } from './digest.ts';
import type { MetadataKeys } from './wanted.ts';

/** Fields by kind that others write by right, as paths of keys. */
export type LeftToOthers = Readonly<Record<string, readonly (readonly string[])[]>>;

/** Digest of what matters. */
export function projectedDigest(live: LiveObject, keys: MetadataKeys, leftToOthers: LeftToOthers): string {
  const { metadata, ...content } = live;
  const kept = [['status'], ...(leftToOthers[live.kind] ?? [])].reduce<Record<string, unknown>>(without, content);
  return digest({
    ...kept,
    labels: pick(metadata.labels, keys.labels),
    annotations: pick(metadata.annotations, keys.annotations),
  });
}

function pick(all: Readonly<Record<string, string>> | undefined, names: readonly string[]): (string | null)[] {
  return names.map((name) => all?.[name] ?? null);
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
