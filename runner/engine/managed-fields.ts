/**
 * Who wrote what in a live object, as the API server keeps it
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management).
 */
import { isDeepStrictEqual } from 'node:util';
import type { LiveObject } from '../kube/live-object.ts';

/** FieldsV1: a tree of `f:field`, `k:{keys}`, `v:value` and `i:index`; `.` stands for the node itself. */
export interface Fields {
  readonly [step: string]: Fields;
}

/** What one manager wrote by one way of writing. */
export interface ManagedEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  /** RFC 3339. */
  readonly time?: string;
  readonly fieldsV1?: Fields;
}

/** A place in an object: keys and indices. */
export type Place = readonly (string | number)[];

/** Every entry but those of status, which say nothing of what was asked for. */
export function managedEntries({ metadata }: LiveObject): readonly ManagedEntry[] {
  const entries = (metadata as { readonly managedFields?: readonly ManagedEntry[] }).managedFields ?? [];
  return entries.filter(({ subresource }) => subresource !== 'status');
}

/** Those of the object itself, no subresource. */
export function entriesOnMain(live: LiveObject): readonly ManagedEntry[] {
  return managedEntries(live).filter(({ subresource = '' }) => subresource === '');
}

/**
 * Who wrote an object last: the manager of the newest entry, a name that the writer chose itself; empty when nobody is named.
 * It helps a person to find the culprit.
 */
export function lastWriter(live: LiveObject): string {
  const newest = entriesOnMain(live).reduce<ManagedEntry>(
    (last, entry) => ((entry.time ?? '') >= (last.time ?? '') ? entry : last),
    {},
  );
  return (scalerOf(live) ?? newest).manager ?? '';
}

const replicas = ['spec', 'replicas'];

/** Entries of `scale` have no time (seen on 1.34). One is the last while the number of replicas is nobody else's. */
function scalerOf(live: LiveObject): ManagedEntry | undefined {
  const scaler = managedEntries(live).find(({ subresource }) => subresource === 'scale');
  const isShared = (): boolean => entriesOnMain(live).some((entry) => wroteHow(entry, replicas, live) !== undefined);
  return scaler === undefined || isShared() ? undefined : scaler;
}

/** The key or index that a step means in the node; undefined when the object has it no more. */
export function keyOf(step: string, node: unknown): string | number | undefined {
  const text = step.slice(2);
  if (step.startsWith('f:')) {
    return typeof node === 'object' && node !== null && !Array.isArray(node) && Object.hasOwn(node, text)
      ? text
      : undefined;
  }
  if (!Array.isArray(node)) return undefined;
  const index = step.startsWith('i:') ? Number(text) : node.findIndex((item: unknown) => matches(step, item));
  return index >= 0 && index < node.length ? index : undefined;
}

function matches(step: string, item: unknown): boolean {
  const wanted: unknown = JSON.parse(step.slice(2));
  if (step.startsWith('v:')) return isDeepStrictEqual(item, wanted);
  return Object.entries(wanted as Record<string, unknown>).every(([key, value]) =>
    isDeepStrictEqual((item as Record<string, unknown>)[key], value),
  );
}

/**
 * How an entry wrote what stands at the place: by itself, or within a list or mapping that is always written as one (then
 * nothing tells what of it was written and what is a default); undefined when it did not.
 */
export function wroteHow({ fieldsV1 }: ManagedEntry, place: Place, live: LiveObject): 'itself' | 'within' | undefined {
  let fields = fieldsV1 ?? {};
  let node: unknown = live;
  for (const [depth, key] of place.entries()) {
    const steps = Object.keys(fields).filter((step) => step !== '.');
    if (depth > 0 && steps.length === 0) return 'within';
    const step = steps.find((one) => keyOf(one, node) === key);
    if (step === undefined) return undefined;
    fields = fields[step] ?? {};
    node = (node as Record<string | number, unknown>)[key];
  }
  return 'itself';
}
