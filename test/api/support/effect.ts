/** Whether a request that was let through was one to do something: a patch of nothing passes every wall, and shows none. */
import type { ApiClient, TestRequest, TestResponse } from './api-client.ts';

/**
 * Whether nothing would have come of it: a change that leaves the object as it is, a deletion or list of no objects, an empty
 * answer. Dry runs alone can be judged: the object is read again.
 */
export async function cameToNothing(
  admin: ApiClient,
  { method = 'GET', path }: TestRequest,
  { body }: TestResponse,
): Promise<boolean> {
  if (method === 'PUT' || method === 'PATCH') {
    // /finalize can only be written; it is the object itself that comes back.
    const live = await admin.ok({ path: path.replace(/\?.*/, '').replace(/\/finalize$/, '') });
    return judged(live.body) === judged(body);
  }
  if (typeof body === 'string') return body === '';
  return (body as { readonly items?: readonly unknown[] }).items?.length === 0;
}

/** What a write changes by itself is left out. */
function judged(body: unknown): string {
  const { metadata, ...rest } = body as { readonly metadata?: object };
  const bookkeeping = { managedFields: undefined, resourceVersion: undefined, generation: undefined };
  return JSON.stringify({ ...rest, metadata: { ...metadata, ...bookkeeping } });
}
