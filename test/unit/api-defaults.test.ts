import { expect, test } from '@jest/globals';
import { withDefaults } from '../../constructs/api/defaults.ts';
import { gatewayProfile } from '../../constructs/api/kinds/gateway-profile.ts';
import { tenantGateway } from '../../constructs/api/kinds/tenant-gateway.ts';

const base = { apiVersion: 'cellwright.dev/v1alpha1', kind: 'TenantGateway', metadata: { name: 'acme' } };

test('a tenant without a spec gets every default', () => {
  expect(withDefaults(tenantGateway, base)).toEqual({
    ...base,
    spec: {
      organization: 'default',
      profile: 'default',
      delivery: 'Managed',
      state: 'Running',
      publicHttps: true,
      replicas: 1,
      separateMemories: false,
      deletionPolicy: 'Retain',
    },
    status: { observedGeneration: -1 },
  });
});

test('null counts as not written: a default takes its place, or it goes', () => {
  const spec = { organization: null, team: null, openclaw: { env: { A: null, B: 'b' }, config: { kept: null } } };
  expect(withDefaults(tenantGateway, { ...base, spec })).toMatchObject({
    spec: { organization: 'default', openclaw: { env: { B: 'b' }, config: { kept: null } } },
  });
  expect(withDefaults(tenantGateway, { ...base, spec })).not.toHaveProperty('spec.team');
});

test('defaults reach into lists and into other defaults', () => {
  const spec = { egress: [{ cidr: '203.0.113.0/24', ports: [{ port: 443 }] }] };
  expect(withDefaults(tenantGateway, { ...base, spec })).toMatchObject({
    spec: { egress: [{ ports: [{ protocol: 'TCP' }] }] },
  });
  expect(withDefaults(gatewayProfile, { ...base, kind: 'GatewayProfile' })).toMatchObject({
    spec: { network: { dns: { pods: { namespace: 'kube-system' }, cidrs: ['169.254.20.10/32'] } } },
  });
});

test('what came stays as it was, and the next caller gets fresh defaults', () => {
  const raw = Object.freeze({ ...base, spec: Object.freeze({ access: Object.freeze({}) }) });
  const first = withDefaults(gatewayProfile, { ...raw, kind: 'GatewayProfile' }) as {
    spec: { limits: { cpu: string } };
  };
  first.spec.limits.cpu = '1000';
  expect(withDefaults(gatewayProfile, { ...raw, kind: 'GatewayProfile' })).toMatchObject({
    spec: { limits: { cpu: '4' } },
  });
});
