/** Whether tenants reach the API server, told from what the cluster and the kubeconfig say of its addresses. */
import { describe, expect, test } from '@jest/globals';
import { apiServerAddresses } from '../../runner/audit/fleet/api-server-addresses.ts';
import { openApiServer } from '../../runner/audit/fleet/open-api-server.ts';
import type { LiveFleet } from '../../runner/audit/fleet/live-fleet.ts';
import { AuditReader } from '../../runner/audit/reader.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import { liveInputs } from './runner-support/live-inputs.ts';

const inside = 'https://10.0.0.1:6443';

describe('addresses of the API server', () => {
  test.each<[string, object[], string, string[]]>([
    ['that the cluster tells', [slice(['203.0.113.10', '2001:db8::1'], 443)], inside, ['203.0.113.10', '2001:db8::1']],
    ['on every port', [slice(['203.0.113.10'], null)], inside, ['203.0.113.10']],
    ['on another port', [slice(['203.0.113.10'], 6443)], inside, []],
    ['that has none', [{ endpoints: null, ports: null }], inside, []],
    ['that this person uses', [], 'https://203.0.113.7', ['203.0.113.7']],
    ['that this person uses, of IPv6', [], 'https://[2001:db8::7]:443', ['2001:db8::7']],
    ['that this person uses on another port', [], 'https://203.0.113.7:6443', []],
    ['that are names', [slice(['api.example.com'], 443)], 'https://api.example.com', []],
    ['once', [slice(['203.0.113.7'], 443)], 'https://203.0.113.7', ['203.0.113.7']],
  ])('%s', async (...[, slices, server, addresses]) => {
    const items = slices as unknown as LiveObject[];
    const client = {
      get: () => Promise.reject(new RangeError('nothing is asked for by name')),
      list: () => Promise.resolve({ items, resourceVersion: '1', next: undefined }),
    };
    const reader = new AuditReader(client, systemClock, new AbortController().signal);
    expect(await apiServerAddresses(reader, server)).toEqual(addresses);
  });
});

function slice(addresses: string[], port: number | null): object {
  return { endpoints: [{ addresses }], ports: [{ port }] };
}

describe('a profile whose tenants reach the API server', () => {
  const named = { network: { denyCIDRs: ['203.0.113.0/28'] } };

  test.each<[string, object, object, string, boolean]>([
    ['is told', {}, {}, '203.0.113.10', true],
    ['is told, of IPv6', {}, {}, '2a00:1450::1', true],
    ['names it', named, {}, '203.0.113.10', false],
    ['names others', named, {}, '203.0.113.16', true],
    ['has no public way', { network: { publicHttps: false } }, {}, '203.0.113.10', false],
    ['has no tenant with a public way', {}, { publicHttps: false }, '203.0.113.10', false],
    ['has no tenant', {}, { profile: 'other' }, '203.0.113.10', false],
    ['has it at an address that is never public', {}, {}, '10.0.0.1', false],
    ['has it at an address that stands for such a one', {}, {}, '::ffff:10.0.0.1', false],
  ])('%s', (...[, profile, tenant, address, isTold]) => {
    const { inputs } = liveInputs({ GatewayProfile: { default: profile }, TenantGateway: { acme: tenant } });
    const fleet: LiveFleet = {
      inputs,
      namespaces: new Map(),
      tenants: undefined,
      mutatingWebhooks: [],
      apiServerAddresses: [address],
      unplannable: undefined,
    };
    const why = `its tenants reach the API server at ${address}, port 443`;
    expect(openApiServer.run(fleet)).toEqual(
      isTold ? [{ id: 'network.api-server-open', object: { kind: 'GatewayProfile', name: 'default' }, why }] : [],
    );
  });
});
