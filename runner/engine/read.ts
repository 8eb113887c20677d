/** Reads one object, also when it does not carry our label and so is not seen. */
import { isNotFound } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { LiveObject } from '../kube/live-object.ts';
import type { ObjectName, ResourceKind } from '../kube/resource.ts';

/** Undefined when it is not there. @throws everything else that the API server answers */
export async function readIfThere(
  client: Pick<KubeClient, 'get'>,
  { kind, name }: { readonly kind: ResourceKind; readonly name: ObjectName },
  signal: AbortSignal,
): Promise<LiveObject | undefined> {
  try {
    return await client.get(kind, name, signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
