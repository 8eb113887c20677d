import { expect, test } from '@jest/globals';
import { loadAssets } from '../../files/assets/load-assets.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import { Judge } from '../../runner/fleet/judge.ts';
import { Planner } from '../../runner/fleet/planner.ts';
import type { Planned } from '../../runner/fleet/planner.ts';
import { opaVerdicts } from '../../runner/rego/opa-verdicts.ts';
import { live, liveInputs } from './runner-support/live-inputs.ts';

const assets = loadAssets();
const { signal } = new AbortController();

test('remembers the plans that were asked for last, and no more of them as a fleet grows', async () => {
  const { inputs } = liveInputs({ GatewayProfile: { default: {} } });
  const rego = opaVerdicts({ assets, progress: () => undefined });
  const planner = new Planner({ inputs, assets, judge: new Judge({ assets, inputs, rego }) });
  const planOf = (tenant: Tenant): Promise<Planned> => planner.plan(tenant, 'token', signal);
  const [kept, left] = ['kept', 'left'].map((name) => live('TenantGateway', name, {}) as Tenant) as [Tenant, Tenant];
  const first = [await planOf(kept), await planOf(left)];
  // Refused at once, so that thousands cost nothing.
  const annotations = { 'cellwright.dev/extension': 'of-another-runner' };
  for (let index = 0; index < 2500; index += 1) {
    const other = live('TenantGateway', `t${index}`, {}) as Tenant;
    await planOf({ ...other, metadata: { ...other.metadata, annotations } });
    if (index % 1000 === 0) expect(await planOf(kept)).toBe(first[0]);
  }
  const again = await planOf(left);
  expect(again).not.toBe(first[1]);
  expect(JSON.stringify(again)).toBe(JSON.stringify(first[1]));
});

test('a profile that is being deleted takes no new tenants, and keeps those that it has', async () => {
  const { inputs, tell } = liveInputs({ GatewayProfile: { small: {}, other: {} } });
  const rego = opaVerdicts({ assets, progress: () => undefined });
  const planner = new Planner({ inputs, assets, judge: new Judge({ assets, inputs, rego }) });
  const tenant = (name: string, profile: string, change: object = {}): Tenant => {
    const made = live('TenantGateway', name, { profile }) as Tenant;
    return { ...made, metadata: { ...made.metadata, creationTimestamp: '2026-01-01T00:00:00Z', ...change } };
  };
  const reasonOf = async (name: string): Promise<string | undefined> => {
    const asked = inputs.tenant(name);
    if (asked === undefined) throw new Error(name);
    const planned = await planner.plan(asked, 'token', signal);
    return 'refusal' in planned ? planned.refusal.reason : undefined;
  };
  tell(tenant('old', 'small'));
  tell(tenant('mover', 'other'));
  const small = live('GatewayProfile', 'small', {});
  tell({ ...small, metadata: { ...small.metadata, deletionTimestamp: '2026-01-02T00:00:00Z' } });
  expect(await reasonOf('mover')).toBeUndefined();
  tell(tenant('mover', 'small'));
  tell(tenant('new', 'small', { creationTimestamp: '2026-01-02T00:00:00Z' }));
  const sameSecond = tenant('same-second', 'small', { creationTimestamp: '2026-01-02T00:00:00Z' });
  tell({ ...sameSecond, status: { applied: 'something' } });
  const conditions = [
    { type: 'Stalled', status: 'True', reason: 'ProfileLeaving', message: '', lastTransitionTime: '' },
  ];
  tell({ ...tenant('before-a-restart', 'small'), status: { conditions } });
  expect(await Promise.all(['old', 'same-second', 'mover', 'new', 'before-a-restart'].map(reasonOf))).toEqual([
    undefined,
    undefined,
    'ProfileLeaving',
    'ProfileLeaving',
    'ProfileLeaving',
  ]);
  tell(tenant('mover', 'other'));
  expect(await reasonOf('mover')).toBeUndefined();
  // Made anew.
  tell(live('GatewayProfile', 'small', {}));
  expect(await reasonOf('new')).toBeUndefined();
});
