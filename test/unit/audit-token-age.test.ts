import { expect, test } from '@jest/globals';
import { tokenMadeAt } from '../../runner/audit/cells/token-age.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';

function tenant(status: object, spec: object = {}): Tenant {
  const metadata = { name: 'a', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  return {
    apiVersion: 'cellwright.dev/v1alpha1',
    kind: 'TenantGateway',
    metadata,
    spec,
    status: { tokenSecretName: 'gateway-token-x', ...status },
  };
}

const day = (text: string): number => Date.parse(text);

test.each<[string, Tenant, number | undefined]>([
  ['the first token is as old as its tenant', tenant({}), day('2026-01-01T00:00:00Z')],
  [
    'a rotated one as the request of "token rotate"',
    tenant({ tokenRotation: { answered: '2026-03-01T10:00:00.000Z-0123abcd' } }),
    day('2026-03-01T10:00:00Z'),
  ],
  [
    'one that was lost later as its loss',
    tenant({ tokenRotation: { answered: '2026-03-01T10:00:00.000Z-0123abcd', lostAt: '2026-04-01T00:00:00Z' } }),
    day('2026-04-01T00:00:00Z'),
  ],
  ['of a request in other words nothing is known', tenant({ tokenRotation: { answered: 'please' } }), undefined],
  [
    'of a token that people made, neither',
    tenant({}, { access: { tokenSecretRef: { name: 's', key: 'k' } } }),
    undefined,
  ],
])('%s', (_what, of, made) => {
  expect(tokenMadeAt(of)).toBe(made);
});
