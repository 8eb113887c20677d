import { describe, expect, test } from '@jest/globals';
import type { PolicyBundleSpec, TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { composePolicy } from '../../constructs/policy/compose.ts';
import type { ComposedPolicy } from '../../constructs/policy/compose.ts';
import { bundleModule, declaresPackage, modulePreambleLines } from '../../constructs/policy/free-rego.ts';
import type { Named } from '../../constructs/synth/tenant-input.ts';

const library = { 'decision.rego': 'package cellwright\n' };
const tenant: Named<TenantGatewaySpec> = {
  name: 'acme-support',
  spec: { organization: 'acme', team: 'support', policy: { tools: { deny: ['exec'] } } },
};
const bundle = (name: string, spec: PolicyBundleSpec): Named<PolicyBundleSpec> => ({ name, spec });

function compose(bundles: readonly Named<PolicyBundleSpec>[], of = tenant, rego = library): ComposedPolicy {
  return composePolicy({ tenant: of, bundles, library: rego });
}

function levelsOf({ data }: ComposedPolicy): [string, string][] {
  const { policy } = JSON.parse(data) as { policy: { levels: { level: string; bundle: string }[] } };
  return policy.levels.map(({ level, bundle: name }) => [level, name]);
}

const base = bundle('base', { rules: { tools: { allow: ['read', 'web_*'] } } });
const acme = bundle('acme', { scope: { organization: 'acme' }, rules: { models: { allow: ['a/*'] } } });

describe('the policy of a tenant', () => {
  test('has the bundles whose scope holds, from the enterprise down, then by name, and its own rules last', () => {
    const bundles = [
      bundle('z-team', { scope: { organization: 'acme', team: 'support' } }),
      bundle('other-team', { scope: { organization: 'acme', team: 'sales' } }),
      bundle('other-organization', { scope: { organization: 'globex' } }),
      bundle('same-team-elsewhere', { scope: { organization: 'globex', team: 'support' } }),
      acme,
      bundle('Z', {}),
      bundle('a', {}),
    ];
    expect(levelsOf(compose(bundles))).toEqual([
      ['enterprise', 'Z'],
      ['enterprise', 'a'],
      ['organization', 'acme'],
      ['team', 'z-team'],
      ['tenant', 'spec.policy'],
    ]);
  });

  test('of a tenant without organization is that of the organization "default"', () => {
    const bundles = [bundle('default', { scope: { organization: 'default' } }), acme];
    expect(levelsOf(compose(bundles, { name: 't', spec: {} }))).toEqual([['organization', 'default']]);
  });

  test('enforces a bundle that does not say', () => {
    expect(compose([base]).data).toContain('"bundle":"base","enforcement":"Enforce"');
  });

  test('carries the grants of this tenant only', () => {
    const grant = { tool: 'exec', until: '2030-01-01T00:00:00Z', reason: 'drill' };
    const granting = bundle('base', {
      grants: [
        { ...grant, tenant: 'acme-support' },
        { ...grant, tenant: 'globex', reason: 'nobody else may read this' },
      ],
    });
    const { data } = compose([granting]);
    expect(JSON.parse(data)).toHaveProperty('policy.levels[0].grants', [{ ...grant, tenant: 'acme-support' }]);
    expect(data).not.toContain('globex');
  });

  test('is written with one line a level', () => {
    expect(compose([base, acme]).data.split('\n')).toHaveLength(6);
  });

  test('has a module for each bundle with Rego, in a package of its own', () => {
    const composed = compose([bundle('night', { rego: 'deny contains "x"' }), base]);
    expect(Object.keys(composed.modules)).toEqual(['bundle-night.rego', 'decision.rego']);
    expect(composed.modules['bundle-night.rego']).toContain('\npackage cellwright_bundles["night"]\n\ndeny contains');
    expect([composed.hasFreeRego, compose([base]).hasFreeRego]).toEqual([true, false]);
  });
});

describe('the revision', () => {
  const { revision } = compose([base, acme]);

  test('is a SHA-256 that the data carries', () => {
    expect(revision).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(compose([base, acme]).data)).toHaveProperty('policy.revision', revision);
  });

  test.each<[string, ComposedPolicy]>([
    ['a rule', compose([bundle('base', { rules: { tools: { allow: ['read'] } } }), acme])],
    ['the name of a bundle', compose([bundle('basis', base.spec), acme])],
    ['the enforcement', compose([bundle('base', { ...base.spec, enforcement: 'Audit' }), acme])],
    ['the scope', compose([bundle('base', { ...base.spec, scope: { organization: 'acme' } }), acme])],
    ['free Rego', compose([bundle('base', { ...base.spec, rego: 'deny contains "x"' }), acme])],
    ['the tenant’s own rules', compose([base, acme], { ...tenant, spec: { ...tenant.spec, policy: {} } })],
    ['the tenant', compose([base, acme], { ...tenant, name: 'acme-sales' })],
    ['the library', compose([base, acme], tenant, { 'decision.rego': 'package cellwright\n\n' })],
  ])('changes with %s', (_what, changed) => {
    expect(changed.revision).not.toBe(revision);
  });

  test.each<[string, ComposedPolicy]>([
    ['the order of bundles', compose([acme, base])],
    ['the order of keys', compose([bundle('base', { enforcement: 'Enforce', ...base.spec, scope: {} }), acme])],
    ['bundles that do not apply', compose([base, acme, bundle('globex', { scope: { organization: 'globex' } })])],
    [
      'grants of other tenants',
      compose([
        bundle('base', {
          ...base.spec,
          grants: [{ tenant: 'x', tool: 'y', until: '2030-01-01T00:00:00Z', reason: 'z' }],
        }),
        acme,
      ]),
    ],
  ])('does not change with %s', (_what, same) => {
    expect(same).toEqual(compose([base, acme]));
  });
});

describe('free Rego', () => {
  test('begins on the line after the preamble that places are moved by', () => {
    expect(bundleModule('a', 'deny contains "x"').split('\n')[modulePreambleLines]).toBe('deny contains "x"');
  });

  test('is known to declare a package, but not by a comment or a name', () => {
    expect(declaresPackage('import rego.v1\n  package foo')).toBe(true);
    expect(declaresPackage('# package foo\npackages := 1\nx := "package foo"')).toBe(false);
  });
});
