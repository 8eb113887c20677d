import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../../runner/kube/api-error.ts';
import type { Page, WatchOptions } from '../../runner/kube/client.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import { ObjectStore } from '../../runner/kube/object-store.ts';
import type { Stored } from '../../runner/kube/object-store.ts';
import { Reflector, stallMs } from '../../runner/kube/reflector.ts';
import type { ReflectorDeps, ReflectorEvent } from '../../runner/kube/reflector.ts';
import { watchEvents } from '../../runner/kube/watch-stream.ts';
import type { WatchEvent } from '../../runner/kube/watch-stream.ts';
import { ManualClock } from './runner-support/manual-clock.ts';

const service = { apiVersion: 'v1', kind: 'Service', plural: 'services', namespaced: true };
const object = (resourceVersion: string, name = 'a'): LiveObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, uid: `uid-${name}`, resourceVersion },
});

/** A source that lists what it is given, and whose streams stay silent until they are aborted. */
function followed(script: {
  pages?: Page[];
  optional?: boolean;
  listError?: Error;
  streams?: (WatchEvent[] | Error)[];
  /** Streams that stay open are told to be open, as the real client does. */
  opens?: boolean;
}): {
  clock: ManualClock;
  events: ReflectorEvent[];
  watches: WatchOptions[];
  names: () => string[];
  done: Promise<string>;
  renew: () => Promise<void>;
  stop: () => Promise<void>;
} {
  const clock = new ManualClock();
  const events: ReflectorEvent[] = [];
  const watches: WatchOptions[] = [];
  const store = new ObjectStore<Stored>(() => undefined);
  const pages = [...(script.pages ?? [{ items: [], resourceVersion: '1', next: undefined }])];
  const client: ReflectorDeps['client'] = {
    list: () =>
      script.listError === undefined ? Promise.resolve(pages.shift() as Page) : Promise.reject(script.listError),
    watch: async function* (_resource, options, signal) {
      watches.push(options);
      const stream = script.streams?.shift() ?? [];
      if (stream instanceof Error) throw stream;
      if (script.opens === true) options.onOpen?.();
      yield* stream;
      signal.throwIfAborted();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    },
  };
  const subject = {
    resource: service,
    optional: script.optional ?? false,
    store,
    project: ({ metadata }: LiveObject) => metadata,
  };
  const reflector = new Reflector(subject, { client, clock, random: () => 0, observe: (event) => events.push(event) });
  const end = new AbortController();
  const done = reflector.run(end.signal);
  return {
    clock,
    events,
    watches,
    names: () => [...store.values()].map(({ name }) => name),
    done,
    renew: () => reflector.renew(),
    stop: async () => {
      end.abort();
      await done;
    },
  };
}

describe('a reflector', () => {
  test('puts the pages of a list together and replaces the store in one step', async () => {
    const pages = [
      { items: [object('3', 'a')], resourceVersion: '9', next: 'more' },
      { items: [object('4', 'b')], resourceVersion: '9', next: undefined },
    ];
    const { clock, names, watches, stop } = followed({ pages });
    await clock.advance(0);
    expect(names()).toEqual(['a', 'b']);
    expect(watches[0]).toMatchObject({ resourceVersion: '9', timeoutSeconds: 300 });
    await stop();
  });

  test('takes a stream that has been silent for too long for dead, and goes on where it was told last', async () => {
    const streams = [[{ type: 'BOOKMARK', object: object('42') } as const]];
    const { clock, watches, events, stop } = followed({ streams });
    await clock.advance(stallMs - 1);
    expect(watches).toHaveLength(1);
    await clock.advance(1);
    expect(watches.map(({ resourceVersion }) => resourceVersion)).toEqual(['1', '42']);
    expect(events.filter(({ type }) => type === 'listed')).toHaveLength(1);
    await stop();
  });

  test('lists anew when its version is too old, and what is gone by then goes', async () => {
    const pages = [
      { items: [object('3', 'a')], resourceVersion: '9', next: undefined },
      { items: [object('12', 'b')], resourceVersion: '20', next: undefined },
    ];
    const tooOld = ApiError.fromStatus('GET', { reason: 'Expired' }, 410);
    const { clock, names, watches, stop } = followed({ pages, streams: [tooOld] });
    await clock.advance(1000);
    expect(names()).toEqual(['b']);
    expect(watches.map(({ resourceVersion }) => resourceVersion)).toEqual(['9', '20']);
    await stop();
  });

  test('takes a kind that the cluster lacks for empty when it may be lacking, and ends', async () => {
    const listError = ApiError.fromStatus('GET', { reason: 'NotFound' }, 404);
    const { clock, events, done } = followed({ optional: true, listError });
    await clock.advance(0);
    expect(events).toEqual([{ type: 'absent', kind: 'Service' }]);
    expect(await done).toBe('absent');
  });

  test('waits longer after each failure, and ends when it is told to in the middle of a wait', async () => {
    const { clock, events, stop } = followed({ listError: new Error('refused') });
    await clock.advance(3000);
    expect(events.map((event) => (event.type === 'watch-failed' ? event.retryInMs : event.type))).toEqual([
      250, 500, 1000, 2000,
    ]);
    await stop();
  });

  test('works again after failures when a stream lives for a second or tells something, and is then told so once', async () => {
    const broken = new Error('broken');
    const told = [{ type: 'BOOKMARK', object: object('42') } as const];
    const script = { streams: [broken, broken, [], broken, told], opens: true };
    const { clock, events, watches, stop } = followed(script);
    const types = (): string[] => events.map(({ type }) => type).filter((type) => type !== 'listed');
    await clock.advance(750);
    expect(watches).toHaveLength(3);
    expect(types()).toEqual(['watch-failed', 'watch-failed']);
    await clock.advance(999);
    expect(types()).toHaveLength(2);
    await clock.advance(1);
    expect(types()).toEqual(['watch-failed', 'watch-failed', 'works']);
    // Silent for too long, then refused, then it tells something.
    await clock.advance(stallMs);
    expect(types().slice(3)).toEqual(['watch-failed', 'watch-failed', 'works']);
    await stop();
    expect(types()).toHaveLength(6);
  });

  test('waits longer each time that the same event cannot be taken in', async () => {
    const poison = { type: 'MODIFIED', object: { apiVersion: 'v1', kind: 'Service' } as LiveObject } as const;
    const streams = Array.from({ length: 100 }, () => [poison]);
    const { clock, watches, events, stop } = followed({ streams, opens: true });
    await clock.advance(60_000);
    expect(watches.length).toBeGreaterThan(3);
    expect(watches.length).toBeLessThan(15);
    expect(events.filter(({ type }) => type === 'works')).toEqual([]);
    await stop();
  });

  test('takes its stream up again at once when somebody asks, and says when the new one is open', async () => {
    const streams = [[{ type: 'BOOKMARK', object: object('42') } as const]];
    const { clock, watches, events, renew, stop } = followed({ streams, opens: true });
    await clock.advance(10);
    let isOpen = false;
    const opened = renew().then(() => (isOpen = true));
    expect(isOpen).toBe(false);
    await opened;
    expect(watches.map(({ resourceVersion }) => resourceVersion)).toEqual(['1', '42']);
    expect(events.map(({ type }) => type)).toEqual(['listed']);
    await stop();
  });

  test('keeps those who want another stream waiting while none can be opened, and no longer than it runs', async () => {
    const refused = ApiError.fromStatus('GET', { reason: 'Forbidden' }, 403);
    const { clock, watches, renew, stop } = followed({ streams: [[], refused, refused], opens: true });
    await clock.advance(10);
    let isOpen = false;
    void renew().then(() => (isOpen = true));
    await clock.advance(100);
    expect([watches.length, isOpen]).toEqual([2, false]);
    // Without waiting for the end of the back-off.
    void renew();
    await clock.advance(0);
    expect([watches.length, isOpen]).toEqual([3, false]);
    await clock.advance(5000);
    expect([watches.length, isOpen]).toEqual([4, true]);
    const last = renew();
    await stop();
    await last;
  });

  test('leaves no trouble behind when nobody asks any more', async () => {
    const { clock, events, stop } = followed({ listError: new Error('refused') });
    await clock.advance(1000);
    await stop();
    expect(events.at(-1)).toEqual({ type: 'works', kind: 'Service', source: 'Service' });
  });
});

describe('the bytes of a watch', () => {
  async function* bytes(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
    yield* chunks;
    await Promise.resolve();
  }

  async function collect(...chunks: Uint8Array[]): Promise<WatchEvent[]> {
    const events: WatchEvent[] = [];
    for await (const event of watchEvents('GET x', bytes(...chunks))) events.push(event);
    return events;
  }

  test('are events however they are cut, even inside a character', async () => {
    const text = Buffer.from(
      ['ADDED', 'DELETED'].map((type) => `${JSON.stringify({ type, object: object('1', 'ä€😀') })}\n`).join(''),
    );
    for (let at = 1; at < text.length; at += 1) {
      const events = await collect(text.subarray(0, at), text.subarray(at));
      expect(events.map(({ type, object: { metadata } }) => `${type} ${metadata.name}`)).toEqual([
        'ADDED ä€😀',
        'DELETED ä€😀',
      ]);
    }
  });

  test('without the end of the last line are the events before it', async () => {
    expect(await collect(Buffer.from('{"type":"ADDED","object":{}}\n{"type":"ADD'))).toHaveLength(1);
  });

  test('that tell of an error are that error', async () => {
    const line = JSON.stringify({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' },
    });
    await expect(collect(Buffer.from(`${line}\n`))).rejects.toMatchObject({ status: 410, reason: 'Expired' });
    await expect(collect(Buffer.from('<html>\n'))).rejects.toMatchObject({ code: 'kube.unreachable' });
  });
});
