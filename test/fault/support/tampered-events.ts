/** A stream of watch events with faults in it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventFault } from './faults.ts';

/** What to write next; with `cut`, the connection breaks after it. */
export interface Written {
  readonly text: string;
  readonly then: 'go-on' | 'cut';
}

const expired = {
  type: 'ERROR',
  object: {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: 'too old resource version: injected by the fault proxy',
    reason: 'Expired',
    code: 410,
  },
};

/** Ends when the stream does, or earlier by a fault. */
export async function* tamperedEvents(
  stream: AsyncIterable<unknown>,
  next: () => EventFault | undefined,
): AsyncGenerator<Written> {
  for await (const line of linesOf(stream)) {
    const fault = next();
    switch (fault?.type) {
      case undefined:
        break;
      case 'twice':
        yield { text: line, then: 'go-on' };
        break;
      case 'delay':
        await sleep(fault.ms);
        break;
      case 'cut':
        yield { text: line.slice(0, line.length >> 1), then: 'cut' };
        return;
      case 'gone':
        yield { text: `${JSON.stringify(expired)}\n`, then: 'go-on' };
        return;
      case 'end':
        return;
    }
    yield { text: line, then: 'go-on' };
  }
}

/** Lines with their ends. */
async function* linesOf(stream: AsyncIterable<unknown>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield `${part}\n`;
  }
}
