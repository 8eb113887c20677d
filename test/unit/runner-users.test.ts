/** Who stands under which profile or bundle, without a look through the fleet. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { appliesTo } from '../../constructs/policy/levels.ts';
import { AppliedRecords } from '../../runner/engine/records.ts';
import { createCaches } from '../../runner/fleet/caches.ts';
import { isUnheld } from '../../runner/fleet/in-use.ts';
import type { Bundle, Profile, Tenant } from '../../runner/fleet/inputs.ts';
import { Users } from '../../runner/fleet/users.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import { live } from './runner-support/live-inputs.ts';

const name = fc.constantFrom('default', 'a', 'b');
const tenantSpec = fc.record({ profile: name, organization: name, team: name }, { requiredKeys: [] });
const anyScope = fc.record({ organization: name, team: name }, { requiredKeys: [] });
const changes = fc.array(fc.record({ tenant: fc.nat(4), spec: fc.option(tenantSpec, { nil: undefined }) }), {
  maxLength: 30,
});

test('the users of a profile or bundle are those to whom it applies, whatever changed before', () => {
  fc.assert(
    fc.property(changes, name, anyScope, (all, profile, scope) => {
      const users = new Users();
      const present = new Map<string, Tenant>();
      for (const { tenant, spec } of all) {
        const after = spec && (object('TenantGateway', `t${tenant}`, spec) as Tenant);
        users.changed(present.get(`t${tenant}`), after);
        if (after === undefined) present.delete(`t${tenant}`);
        else present.set(`t${tenant}`, after);
      }
      const named = (uses: (spec: Tenant['spec']) => boolean): string[] =>
        [...present.values()].filter(({ spec }) => uses(spec)).map(({ metadata }) => metadata.name);
      expect([...users.of(object('PolicyBundle', 'x', { scope }) as Bundle)].sort()).toEqual(
        named((spec) => appliesTo({ scope }, spec)).sort(),
      );
      expect([...users.of(object('GatewayProfile', profile, {}) as Profile)].sort()).toEqual(
        named((spec) => (spec.profile ?? 'default') === profile).sort(),
      );
    }),
    { numRuns: 300 },
  );
});

function object(kind: string, its: string, spec: object): LiveObject {
  return { apiVersion: 'cellwright.dev/v1alpha1', kind, metadata: { name: its, uid: its, resourceVersion: '1' }, spec };
}

test('a change of one tenant among a thousand looks at no other, nor does the count of users', () => {
  let looked = 0;
  const watched = (spec: object): object =>
    new Proxy(spec, { get: (target, key, self) => ((looked += 1), Reflect.get(target, key, self) as unknown) });
  const queued = new Set<string>();
  const { inputs } = createCaches(new AppliedRecords(), {
    add: (key) => queued.add(key),
    addAfter: (key) => queued.add(key),
    isStarting: () => false,
  });
  const [tenants, profiles, bundles] = inputs.subjects();
  profiles.store.told(profiles.project(live('GatewayProfile', 'default', {})));
  for (let index = 0; index < 50; index += 1) {
    const scope = index === 0 ? {} : { organization: `o${index}` };
    bundles.store.told(bundles.project(live('PolicyBundle', `b${index}`, { scope })));
  }
  for (let index = 0; index < 1000; index += 1) {
    const tenant = live('TenantGateway', `t${index}`, { organization: `o${index % 50}` });
    const watchedTenant = { ...tenant, spec: watched({ organization: `o${index % 50}` }) };
    tenants.store.told(tenants.project(index === 0 ? tenant : watchedTenant));
  }
  queued.clear();
  looked = 0;
  const moved = live('TenantGateway', 't0', { organization: 'o7' });
  tenants.store.told(tenants.project(moved));
  const shared = [...queued].filter((key) => !key.startsWith('TenantGateway/')).sort();
  expect(shared).toEqual(['GatewayProfile/default', 'PolicyBundle/b0', 'PolicyBundle/b7']);
  const [all, seventh] = [inputs.bundle('b0'), inputs.bundle('b7')] as [Bundle, Bundle];
  expect([all, seventh].map((bundle) => inputs.usersOf(bundle).size)).toEqual([1000, 21]);
  expect(isUnheld(all, inputs.usersOf(all))).toBe(true);
  expect(looked).toBe(0);
});
