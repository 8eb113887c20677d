import { describe, expect, test } from '@jest/globals';
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { checkBundle } from '../../constructs/rules/check-bundle.ts';
import { checkFleet, profileMissing } from '../../constructs/rules/check-fleet.ts';
import { checkProfile } from '../../constructs/rules/check-profile.ts';
import { emptyAssets, named } from './rules-input.ts';

const tenant = (name: string, spec: object = {}) => named<TenantGatewaySpec>('TenantGateway', name, spec);
const profile = (name: string, spec: object = {}) => named<GatewayProfileSpec>('GatewayProfile', name, spec);

describe('a fleet', () => {
  test('names each object once, and profiles that are there', () => {
    const fleet = {
      tenants: [tenant('a'), tenant('b', { profile: 'defalt' }), tenant('a')],
      profiles: [profile('default')],
      bundles: [],
    };
    expect(checkFleet(fleet)).toEqual([
      {
        kind: 'TenantGateway',
        name: 'a',
        index: 2,
        problem: {
          code: 'fleet.name-twice',
          path: 'metadata.name',
          message: 'there is another TenantGateway named a',
          fix: 'remove one of the two, or give it another name',
        },
      },
      {
        kind: 'TenantGateway',
        name: 'b',
        index: 1,
        problem: {
          code: 'fleet.profile-missing',
          path: 'spec.profile',
          message: 'there is no GatewayProfile defalt',
          fix: 'did you mean default?',
        },
      },
    ]);
    expect(profileMissing({}, [])?.fix).toBe('add a GatewayProfile named default');
  });

  test('serves each host by one tenant, whether written or made by a template', () => {
    const profiles = [profile('default', { access: { hostTemplate: '{tenant}.example.com' } })];
    const tenants = [
      tenant('a', { access: { ingress: {} } }),
      tenant('b', { access: { ingress: { host: 'a.example.com' } } }),
      tenant('c', { access: { httpRoute: { host: 'c.example.com', gateway: { name: 'g', namespace: 'n' } } } }),
      tenant('d'),
    ];
    expect(
      checkFleet({ tenants, profiles, bundles: [] }).map(
        ({ name, problem }) => `${name} ${problem.code} ${problem.message}`,
      ),
    ).toEqual(['b fleet.host-twice tenant a serves a.example.com already']);
  });
});

describe('a profile', () => {
  test('is fine with the defaults of its fields', () => {
    expect(checkProfile(profile('default'), emptyAssets)).toEqual([]);
  });

  test('does not refuse its own defaults, nor own what Cellwright owns', () => {
    const spec = {
      defaults: { resources: { cpu: '3', memory: '3Gi', memoryLimit: '2Gi' }, config: { gateway: { port: 1 } } },
      limits: { cpu: '2', memory: '1Gi' },
      network: { denyCIDRs: ['::ffff:0:0/96'] },
    };
    expect(checkProfile(profile('default', spec), emptyAssets).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'config.owned-key spec.defaults.config.gateway.port',
      'profile.default-above-limit spec.defaults.resources.cpu',
      'profile.default-above-limit spec.defaults.resources.memory',
      'profile.default-above-limit spec.defaults.resources.memoryLimit',
      'egress.mapped spec.network.denyCIDRs[0]',
    ]);
  });
});

test('a bundle has no package line of its own', () => {
  const bundle = (rego: string) => named<PolicyBundleSpec>('PolicyBundle', 'base', { rego });
  expect(checkBundle(bundle('package mine\ndeny contains "x"')).map(({ code }) => code)).toEqual([
    'bundle.rego-package',
  ]);
  expect(checkBundle(bundle('# package mine\ndeny contains "package" if true'))).toEqual([]);
});
