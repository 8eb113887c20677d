import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { longestPassMs } from '../../runner/fleet/health.ts';
import type { SharedPassDeps } from '../../runner/fleet/shared-pass.ts';
import type { PassDeps } from '../../runner/fleet/situation.ts';
import { worker } from '../../runner/fleet/worker.ts';
import { createLog } from '../../runner/telemetry/log.ts';
import { createMetrics } from '../../runner/telemetry/metrics.ts';
import { ManualClock } from './runner-support/manual-clock.ts';

test('a pass that does not end is given up after ten minutes, counts as failed, and is told of', async () => {
  const clock = new ManualClock();
  const lines: string[] = [];
  const log = createLog({ readable: true, stream: { write: (line: string) => lines.push(line) } });
  const acme = {
    kind: 'PolicyBundle',
    metadata: { name: 'acme', uid: 'u', resourceVersion: '1' },
    spec: { scope: {} },
  };
  // A request that hangs, as those of the real client do: until its signal ends it.
  const mergePatch = (_: unknown, __: unknown, signal: AbortSignal): Promise<never> =>
    new Promise((__resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  const deps = {
    clock,
    client: { mergePatch },
    inputs: { bundle: () => acme, usersOf: () => new Set<string>(), bundleSpecs: () => [] },
    judge: { prepareShared: () => Promise.resolve(), sharedProblems: () => [], uncheckedRego: () => undefined },
  };
  const work = worker(deps as unknown as PassDeps & SharedPassDeps, {
    clock,
    log,
    metrics: createMetrics({ queueDepth: () => 0 }),
    signal: () => new AbortController().signal,
  });
  const outcomes: string[] = [];
  void work('PolicyBundle/acme').then(({ type }) => outcomes.push(type));
  await nextTurn();
  await clock.advance(longestPassMs - 1);
  expect(outcomes).toEqual([]);
  await clock.advance(1);
  expect(outcomes).toEqual(['retry']);
  expect(lines.join('')).toContain('The pass over PolicyBundle/acme was given up after 10 minutes');
});

test('others have their turn between two passes, though neither has anything to send', async () => {
  const clock = new ManualClock();
  const deps = { clock, inputs: { bundle: () => undefined } };
  const work = worker(deps as unknown as PassDeps & SharedPassDeps, {
    clock,
    log: createLog({ readable: true, stream: { write: () => undefined } }),
    metrics: createMetrics({ queueDepth: () => 0 }),
    signal: () => new AbortController().signal,
  });
  const happened: string[] = [];
  const done = (async () => {
    for (const name of ['a', 'b', 'c']) {
      await work(`PolicyBundle/${name}`);
      happened.push(name);
      setImmediate(() => happened.push('other'));
    }
  })();
  await done;
  expect(happened).toEqual(['a', 'other', 'b', 'other', 'c']);
});
