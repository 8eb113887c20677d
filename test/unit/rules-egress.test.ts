import { describe, expect, test } from '@jest/globals';
import { egressProblems } from '../../constructs/rules/egress.ts';
import { inputOf } from './rules-input.ts';

const ports = [{ port: 443 }];

interface Around {
  readonly network?: object;
  readonly bundles?: Readonly<Record<string, object>>;
  readonly policy?: object;
}

/** Codes of a tenant with that destination. */
function codes(cidr: string, { network = {}, bundles = {}, policy = {} }: Around = {}): string[] {
  const input = inputOf({ tenant: { egress: [{ cidr, ports }], policy }, profile: { network }, bundles });
  return egressProblems(input).map(({ code }) => code);
}

describe('a destination of a tenant', () => {
  test.each(['203.0.113.7/32', '8.8.8.0/24', '2606:4700::/32'])('may be public: %s', (cidr) => {
    expect(codes(cidr)).toEqual([]);
  });

  test.each([
    '10.1.2.3/32',
    '169.254.169.254/32',
    '0.0.0.0/0',
    '::/0',
    '8.0.0.0/5',
    'fd00:ec2::254/128',
    '64:ff9b::a9fe:a9fe/128',
    '2002:a00::/24',
  ])('may not reach what is closed: %s', (cidr) => {
    expect(codes(cidr)).toEqual(['egress.not-public']);
  });

  test('may be private where the ceiling names that range', () => {
    expect(codes('10.20.1.0/24', { network: { egressCeiling: ['10.20.0.0/16'] } })).toEqual([]);
    expect(codes('10.21.1.0/24', { network: { egressCeiling: ['10.20.0.0/16'] } })).toEqual(['egress.ceiling']);
  });

  test('is not opened by a ceiling that is wider than what is closed', () => {
    const network = { egressCeiling: ['0.0.0.0/0', '::/0'] };
    expect(codes('169.254.169.254/32', { network })).toEqual(['egress.not-public']);
    expect(codes('10.0.0.1/32', { network })).toEqual(['egress.not-public']);
    expect(codes('0.0.0.0/0', { network })).toEqual(['egress.not-public']);
    expect(codes('203.0.113.0/24', { network })).toEqual([]);
  });

  test('stays inside the ceiling', () => {
    expect(codes('203.0.113.0/24', { network: { egressCeiling: [] } })).toEqual(['egress.ceiling']);
    expect(codes('203.0.0.0/16', { network: { egressCeiling: ['203.0.113.0/24'] } })).toEqual(['egress.ceiling']);
  });

  test('cannot hide an IPv4 address in IPv6 notation', () => {
    expect(codes('::ffff:a00:1/128', { network: { egressCeiling: ['::/0'] } })).toContain('egress.mapped');
  });

  test('is bound by every level of policy that enforces', () => {
    const deny = { rules: { egress: { deny: ['203.0.113.0/25'] } } };
    const allow = { rules: { egress: { allow: ['203.0.113.0/24'] } } };
    expect(codes('203.0.113.7/32', { bundles: { deny } })).toEqual(['policy.egress-denied']);
    expect(codes('203.0.113.0/24', { bundles: { deny, allow } })).toEqual(['policy.egress-denied']);
    expect(codes('203.0.113.200/32', { bundles: { deny, allow } })).toEqual([]);
    expect(codes('198.51.100.1/32', { bundles: { allow } })).toEqual(['policy.egress-not-allowed']);
    expect(codes('203.0.113.7/32', { bundles: { deny: { ...deny, enforcement: 'Audit' } } })).toEqual([]);
    expect(codes('203.0.113.7/32', { bundles: { deny: { ...deny, scope: { organization: 'other' } } } })).toEqual([]);
    expect(codes('203.0.113.7/32', { policy: { egress: { deny: ['0.0.0.0/0'] } } })).toEqual(['policy.egress-denied']);
  });

  test('names pods only of namespaces that the profile lists', () => {
    const tenant = { egress: [{ to: { namespace: 'tenant-other' }, ports }] };
    const profile = { network: { egressNamespaces: ['llm-proxy'] } };
    expect(egressProblems(inputOf({ tenant, profile }))).toEqual([
      {
        code: 'egress.namespace',
        path: 'spec.egress[0].to.namespace',
        message: 'profile default does not let tenants reach pods of namespace tenant-other',
        fix: 'write one of llm-proxy, or extend spec.network.egressNamespaces of the profile',
      },
    ]);
    const allowed = { egress: [{ to: { namespace: 'llm-proxy' }, ports }] };
    expect(egressProblems(inputOf({ tenant: allowed, profile }))).toEqual([]);
  });
});
