import { expect, test } from '@jest/globals';
import { freshInputs } from '../../runner/fleet/fresh-inputs.ts';
import type { FreshInputsDeps } from '../../runner/fleet/fresh-inputs.ts';
import { createLog } from '../../runner/telemetry/log.ts';
import { ManualClock } from './runner-support/manual-clock.ts';

const answered: FreshInputsDeps['client']['list'] = () =>
  Promise.resolve({ items: [], resourceVersion: '1', next: undefined });

/** @param opensAt the try after which the streams stay open */
function begun(renew: () => Promise<unknown>, list = answered, opensAt = 1) {
  let asked = 0;
  const clock = new ManualClock();
  const lines: string[] = [];
  const log = createLog({ readable: false, stream: { write: (line) => lines.push(line) } });
  const steps: string[] = [];
  const following = {
    renew: (kinds: readonly string[]) => {
      asked += 1;
      steps.push(`renew ${kinds.join(' ')}`);
      return renew();
    },
    areOpen: () => opensAt <= asked,
  };
  const client: FreshInputsDeps['client'] = {
    list: (resource, options, signal) => {
      steps.push(`list ${resource.kind}`);
      return list(resource, options, signal);
    },
  };
  const term = new AbortController();
  let isOver = false;
  const done = freshInputs({ client, following, clock, log }, term.signal).then(() => (isOver = true));
  return { clock, lines, steps, term, done, isOver: () => isOver };
}

test('a term begins with streams that were opened in it, and an answer that came after', async () => {
  const opened = Promise.withResolvers<undefined>();
  const { clock, lines, steps, done, isOver } = begun(() => opened.promise);
  await clock.advance(100);
  expect([steps, isOver()]).toEqual([['renew TenantGateway GatewayProfile PolicyBundle'], false]);
  opened.resolve(undefined);
  await done;
  expect(steps.slice(1)).toEqual(['list TenantGateway', 'list GatewayProfile', 'list PolicyBundle']);
  expect(lines).toEqual([]);
});

test('it begins all the same after ten seconds without, and says so', async () => {
  const { clock, lines, done, isOver } = begun(() => new Promise(() => undefined));
  await clock.advance(9_999);
  expect(isOver()).toBe(false);
  await clock.advance(1);
  await done;
  expect(lines.join('')).toContain('leads by what the watches told before');
});

test('it begins, and says why, when the API server refuses', async () => {
  const { lines, done } = begun(
    () => Promise.resolve(),
    () => Promise.reject(new Error('too many requests')),
  );
  await done;
  expect(lines.join('')).toContain('too many requests');
});

test('a term that ends meanwhile ends the wait without a word', async () => {
  const { lines, term, done } = begun(() => new Promise(() => undefined));
  term.abort();
  await done;
  expect(lines).toEqual([]);
});

test('a stream that is told meanwhile that its version is too old is renewed again', async () => {
  const { steps, lines, done } = begun(() => Promise.resolve(), answered, 2);
  await done;
  expect(steps.filter((step) => step.startsWith('renew'))).toHaveLength(2);
  expect(lines).toEqual([]);
});
