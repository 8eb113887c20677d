/**
 * Fields that cannot be changed once they are set. For the kinds that allow it, the object is deleted and made anew; never
 * for one that holds data.
 */
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient, WantedBody } from '../kube/client.ts';
import type { LiveObject } from '../kube/live-object.ts';
import type { Children } from './children.ts';
import type { WantedObject } from './wanted.ts';

/**
 * How a kind is made anew.
 * - `at-once`: deleted and created; an address that the API server chose is asked for again.
 * - `orphan`: deleted without what it made, which goes on and is adopted by the new one; its end takes a moment, and the
 *   pass after that makes it.
 */
export type Recreation = 'at-once' | 'orphan';

/**
 * The API server refuses the change because a field is immutable. It has no reason of its own for that: these are the
 * sentences of its validation (apimachinery FieldImmutableErrorMsg, core ValidateServiceUpdate, apps ValidateStatefulSetUpdate).
 */
export function isImmutableChange(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status !== 422) return false;
  const texts = error.causes.length > 0 ? error.causes.map(({ message = '' }) => message) : [error.serverMessage];
  // Each of them: what is refused for something else as well would be refused again when it is made anew.
  return texts.every((text) =>
    /field is immutable|may not change once set|updates to statefulset spec for fields/.test(text),
  );
}

/** What making anew works with. */
export interface RecreateDeps {
  readonly client: Pick<KubeClient, 'apply' | 'delete' | 'get' | 'tryCreate'>;
  readonly children: Pick<Children<unknown>, 'answered'>;
}

/** @returns the new object, or undefined when the old one has yet to go */
export async function recreate(
  { client, children }: RecreateDeps,
  { wanted, uid }: { readonly wanted: WantedObject; readonly uid: string },
  signal: AbortSignal,
): Promise<LiveObject | undefined> {
  const { kind, body } = wanted;
  const name = body.metadata;
  const live = await client.get(kind, name, signal);
  if (live.metadata.deletionTimestamp !== undefined) return undefined;
  // Whether the new one would be taken, by everyone who has a say, is asked before the old one goes.
  await client.tryCreate(kind, { ...body, metadata: { ...name, name: `${name.name}-anew` } }, signal);
  const preconditions = { uid, resourceVersion: live.metadata.resourceVersion };
  const propagation = kind.recreate === 'orphan' ? 'Orphan' : 'Background';
  const leaving = await client.delete({ resource: kind, name, propagation }, preconditions, signal);
  if (leaving !== undefined) {
    // The next pass may come before the watch tells it, and would try the refused change once more.
    children.answered(kind, leaving);
    return undefined;
  }
  return (await client.apply(kind, withAddressOf(body, live), signal)).object;
}

/** Others know the address of a Service by heart; one that is to have none, or another, gets that. */
function withAddressOf(body: WantedBody, live: LiveObject): WantedBody {
  const { clusterIP } = (live['spec'] ?? {}) as { readonly clusterIP?: string };
  const spec = (body['spec'] ?? {}) as Readonly<Record<string, unknown>>;
  const hasAddress = clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None';
  return hasAddress && !('clusterIP' in spec) ? { ...body, spec: { ...spec, clusterIP } } : body;
}
