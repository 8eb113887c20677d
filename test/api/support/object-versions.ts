/** Every version that an object had, as whoever watches it sees them. */
import type { TestControlPlane } from './control-plane.ts';

/** How long the API server holds the stream, in seconds; it sends what has happened at once. */
const streamSeconds = 1;

interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR' | 'BOOKMARK';
  readonly object: T;
}

/**
 * Versions of one object, oldest first; the last is the one as which it was deleted, when it is gone.
 * @param since resourceVersion after which they begin
 */
export async function versionsOf<T>(
  { admin }: Pick<TestControlPlane, 'admin'>,
  { collection, name, since }: { readonly collection: string; readonly name: string; readonly since: string },
): Promise<T[]> {
  const query = new URLSearchParams({
    watch: '1',
    fieldSelector: `metadata.name=${name}`,
    resourceVersion: since,
    timeoutSeconds: String(streamSeconds),
  });
  const { body } = await admin.ok({ path: `${collection}?${query.toString()}` });
  // A single event is a whole JSON text.
  const lines = typeof body === 'string' ? body.split('\n').filter((line) => line !== '') : [JSON.stringify(body)];
  return lines.map((line) => {
    const { type, object } = JSON.parse(line) as WatchEvent<T>;
    if (type === 'ERROR') throw new Error(`${collection}: the versions since ${since} are not all there: ${line}`);
    return object;
  });
}
