/**
 * Whether a review can have come from the API server: anybody who reaches the port can send one, and a verdict on an update of an
 * object that is not so would tell of the others for nothing.
 */
import { isOlderVersion } from '../kube/live-object.ts';
import type { FleetInputs, InputName } from '../fleet/inputs.ts';
import type { AdmissionRequest } from './review.ts';

/**
 * An update names the uid of what is stored, in a version that is as new as the one in the caches: an older one is never written
 * over, the API server asks again. Of a new object nothing is known that could be asked for.
 */
export function isPlausible(
  inputs: Pick<FleetInputs, 'held' | 'toldVersion'>,
  { kind, name }: InputName,
  { operation, object, oldObject }: Pick<AdmissionRequest, 'operation' | 'object' | 'oldObject'>,
): boolean {
  if (operation === 'CREATE') return oldObject === undefined;
  // Both have them; the old one can be missing where it is too much to be looked at.
  const { uid, resourceVersion } = metadataOf(oldObject ?? object);
  if (typeof uid !== 'string' || typeof resourceVersion !== 'string') return false;
  const held = inputs.held({ kind, name })?.metadata;
  if (held !== undefined && held.uid !== uid) return false;
  return !isOlderVersion(resourceVersion, held?.resourceVersion ?? inputs.toldVersion(kind));
}

function metadataOf(object: unknown): Readonly<Record<string, unknown>> {
  return fields(fields(object)['metadata']);
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
