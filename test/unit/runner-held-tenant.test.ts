/** What a tenant is held at while its spec is refused, and what is told where that is not known any more. */
import { describe, expect, test } from '@jest/globals';
import { AppliedRecords } from '../../runner/engine/records.ts';
import { assessRefused } from '../../runner/fleet/assess.ts';
import { provenOf } from '../../runner/fleet/hold-tenant.ts';
import { driftText } from '../../runner/fleet/recorded-drift.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import { LastPlans } from '../../runner/fleet/last-plans.ts';
import type { Plan } from '../../runner/fleet/planner.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import { cellCaches } from './runner-support/cell-caches.ts';
import { live as liveTenant } from './runner-support/live-inputs.ts';

const tenant = (name: string): Tenant => liveTenant('TenantGateway', name, {}) as Tenant;
const plan = (...wanted: { key: string; digest: string }[]): Plan => ({ wanted }) as unknown as Plan;
const prefix = 'NetworkPolicy.networking.k8s.io/tenant-acme';

interface Change {
  readonly spec?: object;
  readonly manager?: string;
  readonly deletionTimestamp?: string;
}

let version = 0;

function policy(name: string, { spec = {}, manager = 'cellwright', ...metadata }: Change = {}): LiveObject {
  version += 1;
  const written = {
    name,
    namespace: 'tenant-acme',
    uid: `uid-${name}`,
    resourceVersion: String(version),
    labels: { 'cellwright.dev/tenant': 'acme' },
    managedFields: [{ manager, operation: 'Update', time: '2027-01-01T00:00:00Z', fieldsV1: { 'f:spec': {} } }],
    ...metadata,
  };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: written, spec };
}

/** Policies that were applied, with their records. */
function applied(...names: string[]): ReturnType<typeof cellCaches> & { records: AppliedRecords } {
  const caches = cellCaches();
  const records = new AppliedRecords();
  for (const name of names) caches.tell(policy(name));
  for (const [key, { uid, digest: accepted }] of caches.children.of('acme')) {
    records.set('acme', key, { uid, wanted: `wanted ${key}`, accepted });
  }
  return { ...caches, records };
}

describe('what is told of a refused tenant whose last plan is not known', () => {
  const told = ({ children, records }: ReturnType<typeof applied>, ...held: string[]): string =>
    driftText({ children, records }, 'acme', new Set(held));

  test.each<[string, string, (cell: ReturnType<typeof applied>) => void]>([
    ['nothing while all is as it was accepted', '', () => undefined],
    [
      'who changed what',
      `${prefix}/b was changed, last by "wide-open"`,
      ({ tell }) => tell(policy('b', { spec: { egress: [{}] }, manager: 'wide-open' })),
    ],
    ['what is gone', `${prefix}/gone is gone, or lost its label`, ({ records }) => recordOf(records, 'gone')],
    [
      'what is on its way out',
      `${prefix}/a is being deleted`,
      ({ tell }) => tell(policy('a', { deletionTimestamp: '2027-01-01T00:00:00Z' })),
    ],
    ['who added what', `${prefix}/c was added by "x\\"y"`, ({ tell }) => tell(policy('c', { manager: 'x"y' }))],
    [
      'nothing of what is never read',
      '',
      ({ records }) => records.set('acme', 'Secret/tenant-acme/token', { uid: 'n', wanted: 'w', accepted: '' }),
    ],
  ])('%s', (_what, text, change) => {
    const cell = applied('a', 'b');
    change(cell);
    expect(told(cell)).toBe(text);
  });

  test('nothing of what was never applied, and at most five objects', () => {
    const cell = applied();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) cell.tell(policy(name));
    expect(told(cell)).toBe('');
    recordOf(cell.records, 'h');
    expect(told(cell).split(' | ')).toHaveLength(6);
    expect(told(cell)).toContain('and 3 more objects');
  });

  test('nothing of what is held', () => {
    const cell = applied('a');
    cell.tell(policy('a', { spec: { egress: [{}] } }));
    expect(told(cell, `${prefix}/a`)).toBe('');
  });
});

function recordOf(records: AppliedRecords, name: string): void {
  records.set('acme', `${prefix}/${name}`, { uid: 'u', wanted: 'w', accepted: 'a' });
}

test('of the last plan counts what was applied in this very form', () => {
  const records = new AppliedRecords();
  records.set('acme', 'a', { uid: 'u', wanted: 'one', accepted: 'x' });
  records.set('acme', 'b', { uid: 'u', wanted: 'older', accepted: 'x' });
  const [a, b, c] = ['a', 'b', 'c'].map((key) => ({ key, digest: 'one' })) as [never, never, never];
  expect(provenOf({ records }, 'acme', plan(a, b, c))).toEqual([a]);
});

describe('last plans', () => {
  test('are those of this very tenant, the last ones that were used, and no more of them as a fleet grows', () => {
    const plans = new LastPlans();
    const [kept, left] = [tenant('kept'), tenant('left')];
    for (const one of [kept, left]) plans.keep(one, plan());
    for (let index = 0; index < 1999; index += 1) {
      plans.keep(tenant(`t${index}`), plan());
      expect(plans.of(kept)).toBeDefined();
    }
    expect(plans.of(left)).toBeUndefined();
    expect(plans.of({ ...kept, metadata: { ...kept.metadata, uid: 'another' } })).toBeUndefined();
    plans.forget('kept');
    expect(plans.of(kept)).toBeUndefined();
  });
});

test('a refused tenant that is not as it was applied is degraded as well, and stalled as before', () => {
  const running = { workload: undefined, podProblems: [], policyRevision: undefined, namespace: 'tenant-acme' };
  const refusal = { reason: 'Invalid', message: 'no' };
  const drift = { status: 'True', reason: 'Drift', message: 'x' } as const;
  const { Degraded, ...others } = assessRefused(refusal, running, drift);
  expect(Degraded).toBe(drift);
  const { Degraded: held, ...asBefore } = assessRefused(refusal, running);
  expect([others, held.reason]).toEqual([asBefore, 'LeftAsItIs']);
});
