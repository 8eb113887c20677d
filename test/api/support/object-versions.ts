/** Every version that an object had, as whoever watches it sees them. */
import type { TestObject } from './api-client.ts';
import type { TestControlPlane } from './control-plane.ts';
import { eventually } from './running-fleet.ts';

/** How long the API server holds the stream, in seconds; it sends what has happened at once. */
const streamSeconds = 1;

interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR' | 'BOOKMARK';
  readonly object: T;
}

interface Watched {
  readonly collection: string;
  readonly name: string;
  readonly since: string;
}

type Versioned = Pick<TestObject, 'metadata'>;

/**
 * Versions of one object, oldest first; the last is the one as which it was deleted, when it is gone.
 * @param since resourceVersion after which they begin; there must be one
 */
export async function versionsOf<T>({ admin }: Pick<TestControlPlane, 'admin'>, watched: Watched): Promise<T[]> {
  let events: WatchEvent<unknown>[] = [];
  await eventually(
    async () => {
      events = await eventsOf(admin, watched);
      return isLast(admin, watched, events.at(-1));
    },
    () => `of the versions of ${watched.name}, the last of ${events.length} is not the present one`,
  );
  return events.map(({ object }) => object as T);
}

/** What one stream brings. */
async function eventsOf(
  admin: TestControlPlane['admin'],
  { collection, name, since }: Watched,
): Promise<WatchEvent<unknown>[]> {
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
    const event = JSON.parse(line) as WatchEvent<unknown>;
    if (event.type === 'ERROR')
      throw new Error(`${collection}: the versions since ${since} are not all there: ${line}`);
    return event;
  });
}

/** An API server that is late ends the stream before it has sent everything. */
async function isLast(
  admin: TestControlPlane['admin'],
  { collection, name }: Watched,
  last: WatchEvent<unknown> | undefined,
): Promise<boolean> {
  const { status, body } = await admin.send({ path: `${collection}/${name}` });
  if (last === undefined) return false;
  if (status === 404) return last.type === 'DELETED';
  return (body as Versioned).metadata.resourceVersion === (last.object as Versioned).metadata.resourceVersion;
}
