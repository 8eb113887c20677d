/** Verdicts on one object among others, as the webhook gives them. */
import { describe, expect, test } from '@jest/globals';
import { leaving, sound, verdict } from './admission-verdict.ts';
import type { Asked } from './admission-verdict.ts';
import { live, liveInputs } from './runner-support/live-inputs.ts';
import type { Specs } from './runner-support/live-inputs.ts';

const until = '2030-01-01T00:00:00Z';

describe('a tenant', () => {
  test('is judged by its own fields, its profile and ceilings', async () => {
    expect(await verdict('TenantGateway', {})).toMatchObject({ problems: [], warnings: [] });
    expect((await verdict('TenantGateway', { replicas: 2 })).problems[0]).toMatch(/^schema.rule spec.replicas|^rule/);
    expect((await verdict('TenantGateway', { profile: 'defualt' })).problems).toEqual([
      'fleet.profile-missing spec.profile: there is no GatewayProfile defualt',
    ]);
    const fleet = { GatewayProfile: { default: { limits: { cpu: '1' } } } };
    expect((await verdict('TenantGateway', { resources: { cpu: '2' } }, { fleet })).problems).toEqual([
      'profile.limit spec.resources.cpu: 2 is more than profile default allows (1)',
    ]);
  });

  test('takes no host of another, and keeps its own', async () => {
    const access = { ingress: { host: 'a.example.com' } };
    const fleet = { TenantGateway: { other: { access }, acme: { access } } };
    expect((await verdict('TenantGateway', { access }, { fleet })).problems).toEqual([
      'fleet.host-twice spec.access.ingress.host: tenant other serves a.example.com already',
    ]);
    expect((await verdict('TenantGateway', { access, team: 'x' }, { fleet, before: { access } })).problems).toEqual([]);
  });

  test('is refused for what it adds to its rules in vain, and warned of what stood there', async () => {
    const fleet = { PolicyBundle: { base: { rules: { tools: { deny: ['exec', 'gateway'] } } } } };
    const before = { policy: { tools: { allow: ['exec'] } } };
    const both = { policy: { tools: { allow: ['gateway', 'exec'] } } };
    const { problems, warnings } = await verdict('TenantGateway', both, { fleet, before });
    expect(problems).toEqual([
      'policy.widens spec.policy.tools.allow[0]: nothing of "gateway" can be allowed here: bundle base of the enterprise level denies it (tools.deny "gateway")',
    ]);
    expect(warnings).toEqual([
      expect.stringContaining('without effect: spec.policy.tools.allow[1]: nothing of "exec"'),
    ]);
    expect((await verdict('TenantGateway', before, { fleet })).problems).toHaveLength(1);
  });

  test.each([
    ['a ceiling that was lowered', { resources: { cpu: '2' } }, 'spec.resources.cpu: 2 is more than profile default'],
    [
      'an address',
      { egress: [{ cidr: '1.1.1.1/32', ports: [{ port: 443 }] }] },
      'spec.egress[0].cidr: 1.1.1.1/32 is outside',
    ],
    ['a profile that went', { profile: 'gone' }, 'spec.profile: there is no GatewayProfile gone'],
    ['a profile that is going', { profile: 'leaving' }, 'spec.profile: GatewayProfile leaving is being deleted'],
    [
      'a host that another has',
      { access: { ingress: { host: 'a.example.com' } } },
      'tenant other serves a.example.com',
    ],
  ])('is warned of what stood there before, and refused it anew: %s', async (_, wrong, sentence) => {
    const asked: Asked = {
      fleet: {
        GatewayProfile: { default: { limits: { cpu: '1' }, network: { egressCeiling: [] } }, second: {} },
        TenantGateway: { other: { access: { ingress: { host: 'a.example.com' } } } },
      },
      told: [leaving('leaving')],
    };
    const kept = await verdict('TenantGateway', { ...wrong, team: 'x' }, { ...asked, before: wrong });
    expect(kept.problems).toEqual([]);
    expect(kept.warnings).toEqual([expect.stringContaining('not right before this write either: ')]);
    expect(kept.warnings[0]).toContain(sentence);
    // Nothing was refused, so that nothing was read.
    expect(kept.read).toEqual([]);
    for (const before of [undefined, {}, { ...wrong, profile: 'second' }]) {
      const fresh = await verdict('TenantGateway', wrong, { ...asked, ...(before === undefined ? {} : { before }) });
      expect(fresh.problems).toEqual([expect.stringContaining(sentence)]);
    }
  });

  test('is refused what it writes a second time, or larger, beside what stood there', async () => {
    const fleet = { GatewayProfile: { default: { limits: { cpu: '1' }, network: { egressCeiling: [] } } } };
    const rule = (cidr: string): object => ({ cidr, ports: [{ port: 443 }] });
    const before = { resources: { cpu: '2' }, egress: [rule('1.1.1.1/32')] };
    const changed = {
      resources: { cpu: '3' },
      egress: [rule('8.8.8.8/32'), rule('1.1.1.1/32'), rule('1.1.1.1/32')],
    };
    const { problems, warnings } = await verdict('TenantGateway', changed, { fleet, before });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'profile.limit spec.resources.cpu',
      'egress.ceiling spec.egress[0].cidr',
      'egress.ceiling spec.egress[2].cidr',
    ]);
    // Its words do not name the value.
    const literal = (token: string): object => ({ openclaw: { config: { models: { token } } } });
    const secret = 'config.literal-secret spec.openclaw.config.models.token';
    for (const [token, wanted] of [
      ['one', false],
      ['two', true],
    ] as const) {
      const asked = { before: literal('one') };
      const said = (await verdict('TenantGateway', { ...literal(token), team: 'x' }, asked)).problems;
      expect(said.some((problem) => problem.startsWith(secret))).toBe(wanted);
    }
    expect(warnings).toEqual([expect.stringContaining('spec.egress[1].cidr: 1.1.1.1/32')]);
    expect((await verdict('TenantGateway', { ...before, replicas: 0 }, { fleet, before })).problems[0]).toMatch(
      /^schema\..* spec\.replicas/,
    );
  });

  test('gets no host by a profile that it did not have', async () => {
    const template = (hostTemplate: string): object => ({ access: { hostTemplate } });
    const access = { ingress: {} };
    const fleet = {
      GatewayProfile: { default: template('{tenant}.example.com'), second: template('one.example.com') },
      TenantGateway: { one: { access }, acme: { access } },
    };
    const moved = { access, profile: 'second' };
    expect((await verdict('TenantGateway', moved, { fleet, before: { access } })).problems).toEqual([
      'fleet.host-twice spec.access.ingress.host: tenant one serves one.example.com already',
    ]);
  });

  test('can be labelled and deleted, however wrong it is', async () => {
    const wrong = { profile: 'nowhere' };
    expect(await verdict('TenantGateway', wrong, { before: wrong })).toMatchObject({ problems: [], warnings: [] });
  });
});

describe('a profile', () => {
  const tenants = (count: number, spec: object): Specs => ({
    TenantGateway: Object.fromEntries(Array.from({ length: count }, (_, at) => [`t${at}`, spec])),
  });
  const limits = { limits: { cpu: '1' } };

  test('must leave valid what was valid under it, and names a few that it does not', async () => {
    const fleet = tenants(20, { resources: { cpu: '2' } });
    const { problems } = await verdict('GatewayProfile', limits, { fleet, before: {}, name: 'default' });
    expect(problems).toHaveLength(5);
    expect(problems[0]).toContain(
      'tenant t0 would not be valid any more: spec.resources.cpu: 2 is more than profile default',
    );
    expect(
      (await verdict('GatewayProfile', { limits: { cpu: '4' } }, { fleet, before: limits, name: 'default' })).problems,
    ).toEqual([]);
  });

  test('is not refused for tenants that were invalid before', async () => {
    const fleet = tenants(3, { resources: { cpu: '2' } });
    const stricter = { limits: { cpu: '500m' } };
    expect((await verdict('GatewayProfile', stricter, { fleet, before: limits, name: 'default' })).problems).toEqual(
      [],
    );
  });

  test('is refused for tenants that say something in vain, too, which stops nobody', async () => {
    const policy = { tools: { allow: ['exec'] } };
    const fleet = {
      ...tenants(3, { resources: { cpu: '2' }, policy }),
      PolicyBundle: { base: { rules: { tools: { deny: ['exec'] } } } },
    };
    const { problems } = await verdict('GatewayProfile', limits, { fleet, before: {}, name: 'default' });
    expect(problems).toHaveLength(3);
  });

  test('says how far it was looked when the time is over', async () => {
    const fleet = tenants(20, {});
    const asked = { fleet, before: {}, name: 'default', signal: AbortSignal.abort(new Error('late')) };
    expect(await verdict('GatewayProfile', limits, asked)).toMatchObject({
      problems: [],
      warnings: ['only 0 of 20 tenants were looked at in time'],
    });
  });
});

describe('a profile that makes hosts', () => {
  const template = (hostTemplate: string): object => ({ access: { hostTemplate } });
  const access = { ingress: {} };
  const others = {
    GatewayProfile: { default: template('{tenant}.example.com'), second: {} },
    TenantGateway: {
      one: { access },
      two: { access },
      far: { profile: 'second', access: { ingress: { host: 'one.example.org' } } },
    },
  };
  const before = template('{tenant}.example.com');

  test.each([
    [
      'one host for two tenants',
      template('all.example.com'),
      ['tenant two would', 'tenant one serves all.example.com'],
    ],
    [
      "another tenant's host",
      template('{tenant}.example.org'),
      ['tenant one would', 'tenant far serves one.example.org'],
    ],
  ])('is refused for %s, also when it is new', async (_, spec, words) => {
    for (const asked of [{ before }, {}]) {
      const { problems, read } = await verdict('GatewayProfile', spec, { fleet: others, name: 'default', ...asked });
      expect(problems).toHaveLength(1);
      for (const word of words) expect(problems[0]).toContain(word);
      expect(read).toContain('TenantGateway/one');
    }
  });

  test('is not refused for hosts that it leaves apart, or that were shared before', async () => {
    const apart = template('{tenant}.{organization}.example.com');
    expect((await verdict('GatewayProfile', apart, { fleet: others, before, name: 'default' })).problems).toEqual([]);
    const shared = { before: template('all.example.com'), name: 'default', fleet: others };
    expect((await verdict('GatewayProfile', template('any.example.com'), shared)).problems).toEqual([]);
  });
});

describe('a bundle', () => {
  test('is refused for what levels above it do not allow, and for its Rego', async () => {
    const fleet = {
      PolicyBundle: { base: { rules: { models: { allow: ['anthropic/*'] } } } },
      TenantGateway: { t: { organization: 'acme' } },
    };
    const lower = { scope: { organization: 'acme' }, rules: { models: { allow: ['openai/*', 'anthropic/x'] } } };
    expect((await verdict('PolicyBundle', lower, { fleet })).problems).toEqual([
      'policy.widens spec.rules.models.allow[0]: nothing of "openai/*" can be allowed here: bundle base of the enterprise level does not name it in models.allow',
    ]);
    const problem = { code: 'bundle.rego', path: 'spec.rego', message: 'no', fix: 'x' };
    expect(
      (await verdict('PolicyBundle', { rego: 'x' }, { rego: { ...sound, problems: [problem] } })).problems,
    ).toEqual(['bundle.rego spec.rego: no']);
    expect(
      (await verdict('PolicyBundle', { rego: 'x' }, { rego: { ...sound, unchecked: 'opa is not here' } })).warnings,
    ).toEqual(['spec.rego was not judged here, and is held until it is: opa is not here']);
  });

  test('is accepted at once when it is stricter, with a warning for those below', async () => {
    const policy = { tools: { allow: ['exec'] } };
    const fleet = {
      PolicyBundle: { acme: { scope: { organization: 'acme' }, rules: policy } },
      TenantGateway: { one: { organization: 'acme', policy }, two: { organization: 'acme' }, three: { policy } },
    };
    const { problems, warnings } = await verdict(
      'PolicyBundle',
      { rules: { tools: { deny: ['exec'] } } },
      { fleet, name: 'base' },
    );
    expect(problems).toEqual([]);
    expect(warnings.map((warning) => warning.replace(/: .*/, ''))).toEqual([
      'bundle acme then says more than it may',
      'tenant one then says more than it may',
      'tenant three then says more than it may',
    ]);
  });

  test('may come before its tenants, and says so', async () => {
    const fleet = { TenantGateway: { t: { organization: 'acme', team: 'support' } } };
    const grants = [{ tenant: 'tt', tool: 'exec', until, reason: 'x' }];
    const warningsOf = async (spec: object): Promise<readonly string[]> =>
      (await verdict('PolicyBundle', spec, { fleet })).warnings;
    expect(await warningsOf({ scope: { organization: 'acne' }, grants })).toEqual([
      'spec.scope.organization: no tenant is in organization acne, so the bundle concerns nobody; did you mean acme?',
      'spec.grants[0].tenant: there is no TenantGateway tt; did you mean t?',
    ]);
    expect(await warningsOf({ scope: { organization: 'acme', team: 'suport' } })).toEqual([
      'spec.scope.team: no tenant is in team suport of acme, so the bundle concerns nobody; did you mean support?',
    ]);
    expect(await warningsOf({ scope: { organization: 'acme', team: 'support' } })).toEqual([]);
  });
});

test('hosts follow tenants and templates, and who asks for the same is told', () => {
  const template = { access: { hostTemplate: '{tenant}.example.com' } };
  const { inputs, tell, remove, hostShared } = liveInputs({ GatewayProfile: { default: {} } });
  const ingress = { access: { ingress: {} } };
  const [one, two] = [
    live('TenantGateway', 'one', ingress),
    live('TenantGateway', 'two', { access: { ingress: { host: 'one.example.com' } } }),
  ];
  tell(one);
  tell(two);
  expect(inputs.hostHolders('one.example.com')).toEqual(['two']);
  tell(live('GatewayProfile', 'default', template));
  expect(inputs.hostHolders('one.example.com')).toEqual(['two', 'one']);
  expect(hostShared).toEqual(['two']);
  expect(inputs.hostHolder('one.example.com')).toBe('one');
  // Who serves it already has it, whatever the age.
  tell({ ...two, metadata: { ...two.metadata, resourceVersion: '900' }, status: { url: 'https://one.example.com' } });
  expect(inputs.hostHolder('one.example.com')).toBe('two');
  // It asks for another one and is refused or paused, so that its route stands: the old host is still its own.
  const moved = { access: { ingress: { host: 'two.example.com' } } };
  tell({
    ...two,
    spec: moved,
    metadata: { ...two.metadata, generation: 2, resourceVersion: '901' },
    status: { url: 'https://one.example.com' },
  });
  expect(inputs.hostHolder('one.example.com')).toBe('two');
  expect(inputs.hostHolder('two.example.com')).toBe('two');
  // Now it is there, and the next one is told.
  hostShared.length = 0;
  tell({
    ...two,
    spec: moved,
    metadata: { ...two.metadata, generation: 2, resourceVersion: '902' },
    status: { url: 'https://two.example.com' },
  });
  expect(hostShared).toEqual(['one']);
  expect(inputs.hostHolder('one.example.com')).toBe('one');
  remove({ ...two, metadata: { ...two.metadata, resourceVersion: '903' } });
  expect(inputs.hostHolder('one.example.com')).toBe('one');
});
