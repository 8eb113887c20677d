/**
 * Whether a review can have come from the API server: anybody who reaches the port can send one, and a verdict on an update of an
 * object that is not so would tell of the others for nothing.
 */
import { isOlderVersion } from '../kube/live-object.ts';
import type { FleetInputs, InputName } from '../fleet/inputs.ts';
import type { AdmissionRequest } from './review.ts';

/**
 * An update names the uid of what is stored. Its version may be an older one than that of the caches: the runner writes to the same
 * objects while the API server asks. Of a name that the caches do not have it must be newer than all that they were told: else the
 * object is gone. Of a new object nothing is known that could be asked for.
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
  return held === undefined ? !isOlderVersion(resourceVersion, inputs.toldVersion(kind)) : held.uid === uid;
}

function metadataOf(object: unknown): Readonly<Record<string, unknown>> {
  return fields(fields(object)['metadata']);
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
