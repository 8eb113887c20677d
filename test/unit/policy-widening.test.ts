/** What a lower level allows in vain, and what is not certain enough to be told. */
import { describe, expect, test } from '@jest/globals';
import type { PolicyBundleSpec, TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { widenings } from '../../constructs/policy/widening.ts';
import { checkFleet } from '../../constructs/rules/check-fleet.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import { bundleWidenings, tenantWidenings } from '../../constructs/rules/widening.ts';
import { cpuMs } from './least-of.ts';
import { inputOf, named } from './rules-input.ts';

const bundle = (name: string, spec: object) => named<PolicyBundleSpec>('PolicyBundle', name, spec);
const tenant = (spec: object) => named<TenantGatewaySpec>('TenantGateway', 'acme', spec);
const until = '2030-01-01T00:00:00Z';

/** `family entry < bundle pattern` for each entry of one list of tools. */
function tools(allow: readonly string[], upper: object, grants: readonly object[] = []): string[] {
  const base = bundle('base', { rules: { tools: upper }, grants });
  return widenings({ tools: { allow: [...allow] } }, [base], 'acme').map(
    ({ entry, level, bundle: by, deniedBy }) => `${entry}: ${level} ${by} ${deniedBy ?? '-'}`,
  );
}

describe('a lower level', () => {
  test('is told of what an upper one denies whole, or cannot allow', () => {
    const deny = ['exec', 'memory_*', '*_admin'];
    expect(tools(['exec', 'memory_get', 'memory_*', 'a*_admin', 'read'], { deny })).toEqual([
      'exec: enterprise base exec',
      'memory_get: enterprise base memory_*',
      'memory_*: enterprise base memory_*',
      'a*_admin: enterprise base *_admin',
    ]);
    expect(tools(['exec', 'web_*', 'memory_get', 'x*'], { allow: ['read', 'web_fetch', 'memory_*'] })).toEqual([
      'exec: enterprise base -',
      'x*: enterprise base -',
    ]);
    expect(tools(['read'], { allow: [] })).toEqual(['read: enterprise base -']);
  });

  test('hears nothing of what is left in part, of silence, and of denies that are lifted', () => {
    expect(tools(['*', 'mem*', 'm*_get'], { deny: ['memory_*', 'exec'] })).toEqual([]);
    expect(tools(['exec'], { requireApproval: ['exec'] })).toEqual([]);
    const grant = (name: string) => ({ tenant: name, tool: 'exec', until, reason: 'x' });
    expect(tools(['exec'], { deny: ['exec'] }, [grant('acme')])).toEqual([]);
    expect(tools(['exec'], { deny: ['exec'] }, [grant('other')])).toEqual(['exec: enterprise base exec']);
    const audit = bundle('base', { enforcement: 'Audit', rules: { tools: { deny: ['exec'] } } });
    expect(widenings({ tools: { allow: ['exec'] } }, [audit])).toEqual([]);
  });

  test('is judged by blocks where rules are about addresses', () => {
    const base = bundle('base', {
      rules: { egress: { allow: ['10.0.0.0/8', '2001:db8::/32'], deny: ['10.9.0.0/16'] } },
    });
    const allow = ['10.1.0.0/16', '10.9.1.0/24', '192.168.0.0/16', '0.0.0.0/0', '2001:db8:1::/48'];
    expect(widenings({ egress: { allow } }, [base]).map(({ entry, deniedBy }) => [entry, deniedBy])).toEqual([
      ['10.9.1.0/24', '10.9.0.0/16'],
      ['192.168.0.0/16', undefined],
    ]);
  });

  test('is judged within bounds, and of what was not looked at nothing is told', async () => {
    const many = (prefix: string): string[] => Array.from({ length: 2000 }, (_, at) => `${prefix}${at}*x*y*z*`);
    const ms = await cpuMs(2000, () => {
      expect(tools(many('a'), { deny: many('b'), allow: many('c') }).length).toBeLessThan(2000);
    });
    expect(ms).toBeLessThan(2000);
  });
});

describe('widening as a problem', () => {
  const base = { rules: { tools: { deny: ['exec'] }, models: { allow: ['anthropic/*'] } } };

  test('names the rule, and level and bundle that forbid it', () => {
    const policy = { tools: { allow: ['read', 'exec'] }, models: { allow: ['openai/*'] } };
    const input = inputOf({ tenant: { policy }, bundles: { base } });
    expect(tenantWidenings(input)).toEqual([
      {
        code: 'policy.widens',
        path: 'spec.policy.tools.allow[1]',
        message:
          'nothing of "exec" can be allowed here: bundle base of the enterprise level denies it (tools.deny "exec")',
        fix: 'remove it; a lower level narrows what base leaves open',
      },
      {
        code: 'policy.widens',
        path: 'spec.policy.models.allow[0]',
        message:
          'nothing of "openai/*" can be allowed here: bundle base of the enterprise level does not name it in models.allow',
        fix: 'remove it; a lower level narrows what base leaves open',
      },
    ]);
    expect(checkTenant(input)).toEqual(tenantWidenings(input));
  });

  test('is looked for in bundles below bundles, each level under those above it only', () => {
    const allow = { rules: { tools: { allow: ['exec'] } } };
    const bundles = [
      bundle('base', base),
      bundle('beside', allow),
      bundle('acme', { scope: { organization: 'acme' }, ...allow }),
      bundle('support', {
        scope: { organization: 'acme', team: 'support' },
        rules: { models: { allow: ['openai/x'] } },
      }),
      bundle('audited', { scope: { organization: 'acme' }, enforcement: 'Audit', ...allow }),
      bundle('others', { scope: { organization: 'others' }, rules: { agents: { deny: ['*'] } } }),
    ];
    const found = checkFleet({ tenants: [tenant({})], profiles: [named('GatewayProfile', 'default', {})], bundles });
    expect(found.map(({ name, problem }) => `${name} ${problem.path}`)).toEqual([
      'acme spec.rules.tools.allow[0]',
      'support spec.rules.models.allow[0]',
    ]);
    expect(bundleWidenings(bundles[1] as (typeof bundles)[0], bundles)).toEqual([]);
  });
});
