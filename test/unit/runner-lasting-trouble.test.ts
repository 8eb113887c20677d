import { expect, test } from '@jest/globals';
import { leavingPatienceMs } from '../../runner/fleet/lasting-trouble.ts';
import type { WantedBody } from '../../runner/kube/client.ts';
import { appliedTenant, service } from './runner-support/applied-tenant.ts';
import type { AppliedTenant } from './runner-support/applied-tenant.ts';

const second = 1000;
const minute = 60 * second;

/** For so long, somebody does something each few seconds; passes run when there is news and when they asked for it. */
async function fight(tenant: AppliedTenant, ms: number, foreign: (round: number) => void): Promise<void> {
  const end = tenant.clock.now() + ms;
  for (let round = 0; tenant.clock.now() < end; round += 1) {
    foreign(round);
    const outcome = await tenant.pass();
    if (outcome.type === 'retry') throw new Error('a fight is no failure that comes back with back-off');
    await tenant.clock.advance(outcome.type === 'after' ? Math.min(outcome.ms, 7 * second) : 7 * second);
  }
}

const wanted = service('contested');
const other: WantedBody = service('contested', { port: 2 });
let made = 0;
/** Another one of its name. */
const another = (): { uid: string; by: string } => ({ uid: `made-${(made += 1)}`, by: 'gitops "x"' });

interface Foreign {
  readonly wanted: readonly WantedBody[];
  readonly act: (tenant: AppliedTenant, round: number) => void;
  readonly text: string;
}

test.each<[string, Foreign]>([
  [
    'changes ours',
    {
      wanted: [wanted],
      act: (tenant, round) =>
        tenant.told(service('contested', { port: round + 2 }), { by: round % 2 === 0 ? 'one' : 'two' }),
      text: 'Service/tenant-acme/contested was changed by someone else ("',
    },
  ],
  [
    'deletes ours, so that each repair makes another one',
    {
      wanted: [wanted],
      act: (tenant) => {
        tenant.gone(wanted);
        tenant.nextUid();
      },
      text: 'Service/tenant-acme/contested was changed by someone else each time',
    },
  ],
  [
    'makes anew what nobody wants',
    {
      wanted: [],
      act: (tenant) => tenant.told(other, another()),
      text: 'Service/tenant-acme/contested is not wanted and was made again by someone else ("gitops \\"x\\"")',
    },
  ],
])(
  'a fight with whoever %s is told once for as long as it lasts, and goes slowly',
  async (_what, { wanted: all, act, text }) => {
    const tenant = appliedTenant(all);
    await tenant.pass();
    expect(tenant.condition('Ready')?.status).toBe('True');
    // Rounds before it is a fight may tell of the object that came of each.
    await fight(tenant, 30 * second, (round) => act(tenant, round));
    const before = { statuses: tenant.statuses.length, requests: tenant.requests.length };

    await fight(tenant, 35 * minute, (round) => act(tenant, round));
    expect(tenant.statuses.length - before.statuses).toBeLessThanOrEqual(2);
    expect(tenant.condition('Degraded')).toMatchObject({ status: 'True', reason: 'FieldFight' });
    expect(tenant.condition('Degraded')?.message).toContain(text);
    expect(tenant.condition('Ready')?.status).toBe('False');
    // An apply and, where something else was in the object, a replacement each minute.
    expect(tenant.requests.length - before.requests).toBeLessThanOrEqual(2 * 37);
    expect(tenant.requests.length - before.requests).toBeGreaterThan(30);

    // Somebody gave up. The last repair is done, and after ten minutes of peace the fight is over: no pass but those asked for.
    const told = tenant.statuses.length;
    let outcome = await tenant.pass();
    for (let passes = 0; outcome.type === 'after'; passes += 1) {
      expect(passes).toBeLessThan(4);
      if (all.length === 0) tenant.gone(other);
      await tenant.clock.advance(outcome.ms);
      outcome = await tenant.pass();
    }
    expect(outcome.type).toBe('settled');
    expect(tenant.statuses.length - told).toBe(1);
    expect(tenant.condition('Ready')?.status).toBe('True');
    expect(tenant.condition('Degraded')?.status).toBe('False');
  },
);

test('a fight over what a refused tenant is held at is told once for as long as it lasts, too', async () => {
  const tenant = appliedTenant([wanted]);
  await tenant.pass();
  tenant.refuse();
  await fight(tenant, 30 * second, (round) => tenant.told(service('contested', { port: round + 2 }), { by: 'one' }));
  const before = tenant.statuses.length;
  await fight(tenant, 35 * minute, (round) => tenant.told(service('contested', { port: round + 2 }), { by: 'one' }));
  expect(tenant.statuses.length - before).toBeLessThanOrEqual(2);
  expect(tenant.condition('Degraded')).toMatchObject({ status: 'True', reason: 'FieldFight' });
  expect(tenant.condition('Stalled')).toMatchObject({ status: 'True', reason: 'Invalid' });
  let outcome = await tenant.pass();
  for (let passes = 0; outcome.type === 'after' && passes < 4; passes += 1) {
    await tenant.clock.advance(outcome.ms);
    outcome = await tenant.pass();
  }
  expect(outcome.type).toBe('settled');
  expect(tenant.condition('Degraded')?.status).toBe('False');
});

test('an object that nobody wants and a finalizer holds is told after five minutes, by the one pass that was asked for', async () => {
  const tenant = appliedTenant([]);
  await tenant.clock.advance(minute);
  await tenant.pass();
  const deletionTimestamp = new Date(tenant.clock.now()).toISOString();
  const held = { deletionTimestamp, finalizers: ['example.com/load-balancer'] };
  tenant.told(other, held);
  const [statuses, requests] = [tenant.statuses.length, tenant.requests.length];
  expect(await tenant.pass()).toMatchObject({ type: 'after', ms: leavingPatienceMs });
  await tenant.clock.advance(leavingPatienceMs);
  expect(tenant.condition('Degraded')?.status).toBe('False');

  expect(await tenant.pass()).toMatchObject({ type: 'settled' });
  expect(tenant.condition('Degraded')).toMatchObject({
    status: 'True',
    reason: 'DeletionBlocked',
    message: `Service/tenant-acme/contested is not wanted and has been on its way out since ${deletionTimestamp}, held by finalizer example.com/load-balancer`,
  });
  // What was asked for runs.
  expect(tenant.condition('Ready')?.status).toBe('True');
  await tenant.pass();
  expect(tenant.statuses).toHaveLength(statuses + 1);
  expect(tenant.requests).toHaveLength(requests);

  tenant.gone(other);
  expect(await tenant.pass()).toMatchObject({ type: 'settled' });
  expect(tenant.condition('Degraded')?.status).toBe('False');
});
