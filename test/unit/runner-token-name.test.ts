import { expect, test } from '@jest/globals';
import type { TenantGatewayStatus } from '../../constructs/api/types.gen.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import { requestOf, tokenNameOf } from '../../runner/fleet/token-name.ts';

const now = Date.parse('2027-01-31T12:00:00Z');
const name = 'gateway-token-aaaaaaaaaa';

function tenantWith(asked: string | undefined, status: TenantGatewayStatus): Tenant {
  const annotations = asked === undefined ? {} : { 'cellwright.dev/rotate-token': asked };
  const metadata = { name: 'acme', uid: 'u', resourceVersion: '1', annotations };
  return { apiVersion: 'cellwright.dev/v1alpha1', kind: 'TenantGateway', metadata, spec: {}, status };
}

interface Case {
  readonly asked?: string;
  readonly status?: TenantGatewayStatus;
  readonly isLost?: boolean;
}
const tokenSecretName = name;

test.each<[string, Case, object]>([
  ['a first name', {}, { type: 'name', cause: 'first' }],
  ['the name that it has', { status: { tokenSecretName } }, { type: 'keep' }],
  [
    'another one for a request, remembered',
    { asked: 'r1', status: { tokenSecretName } },
    { type: 'name', cause: 'rotation', status: { tokenRotation: { answered: 'r1' } } },
  ],
  [
    'none for a request that was answered',
    { asked: 'r1', status: { tokenSecretName, tokenRotation: { answered: 'r1' } } },
    { type: 'keep' },
  ],
  ['none for an empty request', { asked: '', status: { tokenSecretName } }, { type: 'keep' }],
  [
    'another one for a loss, remembered beside the request',
    { asked: 'r1', status: { tokenSecretName, tokenRotation: { answered: 'r1' } }, isLost: true },
    { type: 'name', cause: 'loss', status: { tokenRotation: { answered: 'r1', lostAt: '2027-01-31T12:00:00Z' } } },
  ],
  [
    'none for a loss nine minutes after another',
    { status: { tokenSecretName, tokenRotation: { lostAt: '2027-01-31T11:51:00Z' } }, isLost: true },
    { type: 'wait', ms: 60_000 },
  ],
  [
    'another one for a loss ten minutes after another',
    { status: { tokenSecretName, tokenRotation: { lostAt: '2027-01-31T11:50:00Z' } }, isLost: true },
    { type: 'name', cause: 'loss' },
  ],
])('a tenant gets %s', (_what, { asked, status = {}, isLost = false }, expected) => {
  expect(tokenNameOf(tenantWith(asked, status), { isLost, now })).toMatchObject(expected);
});

test('a request of any length fits into status, and two long ones stay two', () => {
  const long = (end: string): string => requestOf(tenantWith('x'.repeat(10_000) + end, {})) ?? '';
  expect(long('a').length).toBeLessThanOrEqual(128);
  expect(long('a')).not.toBe(long('b'));
});
