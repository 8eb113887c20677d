/** Verdicts on one object among others, as the webhook gives them. */
import { describe, expect, test } from '@jest/globals';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { judgeRequest } from '../../runner/admission/judge-request.ts';
import type { JudgeDeps } from '../../runner/admission/judge-request.ts';
import { ApiError } from '../../runner/kube/api-error.ts';
import type { RegoVerdict } from '../../runner/rego/rego-verdicts.ts';
import { live, liveInputs } from './runner-support/live-inputs.ts';
import type { Specs } from './runner-support/live-inputs.ts';

const assets = loadAssets();
const until = '2030-01-01T00:00:00Z';
const sound: RegoVerdict = { problems: [], unchecked: undefined, isFinal: true };

interface Asked {
  readonly fleet?: Specs;
  readonly before?: object;
  readonly name?: string;
  readonly signal?: AbortSignal;
  readonly rego?: RegoVerdict;
}

/** Codes and paths of the problems, and the warnings, of a write. */
async function verdict(
  kind: string,
  spec: object,
  { fleet = {}, before, name = 'acme', signal = new AbortController().signal, rego = sound }: Asked = {},
): Promise<{ problems: string[]; warnings: readonly string[] }> {
  const { inputs } = liveInputs({ GatewayProfile: { default: {} }, ...fleet });
  const notFound = new ApiError('GET', 'not found', {
    status: 404,
    reason: 'NotFound',
    causes: [],
    retryAfterSeconds: undefined,
  });
  const deps: JudgeDeps = {
    inputs,
    assets,
    client: { get: () => Promise.reject(notFound) },
    rego: { judge: () => (signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve(rego)) },
  };
  const request = {
    uid: 'u',
    kind,
    name,
    operation: before === undefined ? ('CREATE' as const) : ('UPDATE' as const),
    object: live(kind, name, spec),
    oldObject: before === undefined ? undefined : live(kind, name, before),
    userInfo: { username: 'somebody' },
    dryRun: false,
  };
  const { problems, warnings } = await judgeRequest(deps, request, signal);
  return { problems: problems.map(({ code, path, message }) => `${code} ${path}: ${message}`), warnings };
}

describe('a tenant', () => {
  test('is judged by its own fields, its profile and ceilings', async () => {
    expect(await verdict('TenantGateway', {})).toEqual({ problems: [], warnings: [] });
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

  test('can be labelled and deleted, however wrong it is', async () => {
    const wrong = { profile: 'nowhere' };
    expect(await verdict('TenantGateway', wrong, { before: wrong })).toEqual({ problems: [], warnings: [] });
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
    expect(await verdict('GatewayProfile', limits, asked)).toEqual({
      problems: [],
      warnings: ['only 0 of 20 tenants were looked at in time'],
    });
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
  expect(inputs.hostAskers('one.example.com')).toEqual(['two']);
  tell(live('GatewayProfile', 'default', template));
  expect(inputs.hostAskers('one.example.com')).toEqual(['two', 'one']);
  expect(hostShared).toEqual(['two']);
  expect(inputs.hostHolder('one.example.com')).toBe('one');
  // Who serves it already has it, whatever the age.
  tell({ ...two, metadata: { ...two.metadata, resourceVersion: '900' }, status: { url: 'https://one.example.com' } });
  expect(inputs.hostHolder('one.example.com')).toBe('two');
  remove({ ...two, metadata: { ...two.metadata, resourceVersion: '901' } });
  expect(inputs.hostHolder('one.example.com')).toBe('one');
});
