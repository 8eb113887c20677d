import { expect, test } from '@jest/globals';
import { Blips } from '../../runner/fleet/blips.ts';
import { deleteTenant } from '../../runner/fleet/delete-tenant.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import type { Pass, PassDeps } from '../../runner/fleet/situation.ts';
import { ManualClock } from './runner-support/manual-clock.ts';

const patienceMs = 15_000;
const pass = {
  tenant: { metadata: { name: 'acme', finalizers: ['cellwright.dev/cell'] } } as unknown as Tenant,
} as Pass;
const untouched = { ...pass, tenant: { ...pass.tenant, metadata: { ...pass.tenant.metadata, finalizers: [] } } };

test.each<[string, Pass, boolean]>([
  ['is no reason any more after a deletion’s pass came to its end', untouched, false],
  ['stays one while its passes fail, too', pass, true],
])('a failure before a tenant was deleted %s', async (_what, deleting, lasts) => {
  const clock = new ManualClock();
  const blips = new Blips(clock.monotonic);
  const holdOf = (): never => {
    throw new Error('no connection');
  };
  const deps = { blips, deletions: { holdOf } } as unknown as PassDeps;
  expect(blips.lasts('acme')).toBe(false);
  await clock.advance(patienceMs);
  await Promise.allSettled([deleteTenant(deps, deleting)]);
  expect(blips.lasts('acme')).toBe(lasts);
});
