/** The bytes of a watch as events: one JSON document a line. */
import { ApiError, ConnectionError } from './api-error.ts';
import type { StatusBody } from './api-error.ts';
import type { LiveObject } from './live-object.ts';

/** One event of a watch. A BOOKMARK carries only the resourceVersion up to which everything was told. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: LiveObject;
}

const eventTypes: readonly string[] = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'] satisfies WatchEvent['type'][];

/**
 * Events as they arrive. A half line at the end is dropped: the stream broke, and a watch from the last version tells it again.
 * @throws ApiError for an ERROR event (410 when the version is too old), ConnectionError for a line that is no event
 */
export async function* watchEvents(request: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<WatchEvent> {
  for await (const line of lines(chunks)) {
    if (line !== '') yield toEvent(request, line);
  }
}

async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    parts[0] = rest + (parts[0] ?? '');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}

function toEvent(request: string, line: string): WatchEvent {
  let event: { type?: unknown; object?: unknown };
  try {
    event = JSON.parse(line) as { type?: unknown; object?: unknown };
  } catch (error) {
    throw new ConnectionError(request, 'the watch sent a line that is not JSON', error);
  }
  if (event.type === 'ERROR') throw ApiError.fromStatus(request, event.object as StatusBody);
  if (typeof event.type !== 'string' || !eventTypes.includes(event.type)) {
    throw new ConnectionError(request, `the watch sent an event of type ${JSON.stringify(event.type)}`, undefined);
  }
  return event as WatchEvent;
}
