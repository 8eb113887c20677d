/** Replay decides parts of questions, many at a time: both must make no difference to the answers. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { failedDecision } from '../../cli/policy/decision.ts';
import { openPolicy } from '../../cli/policy/fleet-policy.ts';
import type { FleetPolicy } from '../../cli/policy/fleet-policy.ts';
import { relevantPart, ReplayedTenants } from '../../cli/policy/replayed-tenants.ts';
import { replay } from '../../cli/policy/replay.ts';
import { questionKinds } from '../../files/policy/question.ts';
import type { PolicyInput } from '../../files/policy/question.ts';
import { decideAll } from '../../opa/decide.ts';
import { opaBuildMs, realOpa } from './support/opa.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-replay-'));
const fleet = path.join(folder, 'fleet');
let policy: FleetPolicy;

beforeAll(async () => {
  await realOpa();
  object('GatewayProfile', 'default', {});
  object('TenantGateway', 'free', {});
  object('TenantGateway', 'plain', { organization: 'other' });
  const all = { allow: ['*'] };
  const rules = {
    tools: { allow: ['message', 'sessions_*', 'read'], requireApproval: ['read'] },
    models: { allow: ['a/*'] },
    channels: { allow: ['telegram'] },
    senders: { ...all, deny: ['telegram:1'] },
    targets: { ...all, deny: ['telegram:2', 'slack:*'] },
    agents: { allow: ['main', 'clerk'] },
  };
  object('PolicyBundle', 'baseline', { rules });
  const rego = [
    'import input.params as p',
    'deny contains "url" if endswith(p.url, ".corp")',
    'deny contains "list" if input.params.list[_].x == 1',
    'deny contains "channel" if { some name in ["channel"]; input[name] == "slack"; input.kind == "model" }',
    'require_approval contains "owner" if not input.owner',
  ].join('\n');
  object('PolicyBundle', 'narrow', { scope: { organization: 'default' }, rego });
  const opened = await openPolicy({ fleet });
  if (opened === undefined) {
    throw new Error('the fleet has problems');
  }
  policy = opened;
}, opaBuildMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function object(kind: string, name: string, spec: object): void {
  const places = { GatewayProfile: 'profiles', TenantGateway: 'tenants', PolicyBundle: 'bundles' } as const;
  const place = path.join(fleet, places[kind as keyof typeof places]);
  mkdirSync(place, { recursive: true });
  const text = JSON.stringify({ apiVersion: 'cellwright.dev/v1alpha1', kind, metadata: { name }, spec });
  writeFileSync(path.join(place, `${name}.yaml`), text);
}

const optional = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const people = fc.constantFrom('telegram:1', 'telegram:2', 'slack:1', '3');
const params = fc.record(
  {
    url: fc.constantFrom('https://x.corp', 'https://x.com', 5),
    list: fc.constantFrom([{ x: 1 }], [{ x: 2 }], 'text'),
    target: people,
    to: people,
    channel: fc.constantFrom('telegram', 'slack'),
    agentId: fc.constantFrom('main', 'clerk', 'spy'),
    sessionKey: fc.constantFrom('agent:clerk:main', 'agent:spy:main', 'odd'),
    path: fc.string(),
  },
  { requiredKeys: [] },
);
const questions: fc.Arbitrary<PolicyInput> = fc
  .record({
    tenant: fc.constantFrom('free', 'plain'),
    kind: fc.constantFrom(...questionKinds),
    name: optional(fc.constantFrom('read', 'message', 'sessions_send', 'sessions_spawn', 'a/b', 'telegram:2', 'main')),
    agent: optional(fc.constantFrom('main', 'clerk', 'spy')),
    channel: optional(fc.constantFrom('telegram', 'slack')),
    requester: optional(people),
    session: optional(fc.string()),
    owner: optional(fc.boolean()),
    params: optional(fc.oneof({ weight: 5, arbitrary: params }, { weight: 1, arbitrary: fc.constant('text') })),
  })
  // As JSON has it: a field that did not come is not there.
  .map((question) => JSON.parse(JSON.stringify(question)) as PolicyInput);

const seed = Number(process.env.CELLWRIGHT_SEED ?? Date.now() % 2 ** 31);

interface Answer {
  readonly allow: boolean;
  readonly requireApproval: boolean;
  readonly reasons: readonly string[];
}

function decide(asked: readonly PolicyInput[]): Promise<Answer[]> {
  const tenants = [...policy.tenants.values()];
  return decideAll<Answer>({
    opa: policy.opa,
    modules: policy.modules,
    policies: tenants.map(policy.policyOf),
    questions: asked.map((input) => ({ policy: tenants.findIndex(({ name }) => name === input.tenant), input })),
    query: 'data.cellwright.decision',
    onError: (message) => failedDecision(message),
  });
}

test(`the part of a question that is kept is answered as the whole (CELLWRIGHT_SEED=${seed})`, async () => {
  const tenants = await ReplayedTenants.of(policy);
  const asked = fc.sample(questions, { numRuns: 1500, seed });
  const parts = asked.map((question) => {
    const tenant = tenants.get(question.tenant);
    return tenant === undefined ? question : relevantPart(question, tenant);
  });
  const [whole, part] = [await decide(asked), await decide(parts)];
  const wrong = asked
    .map((question, index) => ({ question, part: parts[index], whole: whole[index], got: part[index] }))
    .filter((each) => JSON.stringify(each.whole) !== JSON.stringify(each.got));
  expect(wrong.slice(0, 1)).toEqual([]);
  // A sample of one answer, or of parts that are wholes, would prove nothing.
  expect(whole.filter(({ allow }) => allow).length).toBeGreaterThan(50);
  expect(parts.filter((each, index) => each.tenant === 'plain' && each !== asked[index]).length).toBeGreaterThan(300);
});

test(`a log of several batches changes what its lines change, one by one (CELLWRIGHT_SEED=${seed})`, async () => {
  const asked = fc.sample(questions, { numRuns: 4500, seed });
  const recorded = asked.map((input, at) => ({
    msg: 'Decision Log',
    path: 'cellwright/decision',
    // Different urls, so that more questions differ than a batch holds.
    input: at % 2 === 0 ? { ...input, params: { url: `https://${at}.corp` } } : input,
    result: { allow: true, requireApproval: false, reasons: [] },
  }));
  const log = path.join(folder, 'decisions.jsonl');
  writeFileSync(log, recorded.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const answers = await decide(recorded.map(({ input }) => input));
  const summary = await replay(policy, [log]);
  const callsTo = (now: 'deny' | 'approve'): number =>
    summary.changesTo(now).reduce((sum, { calls }) => sum + calls, 0);
  expect(summary.calls).toBe(4500);
  expect(callsTo('deny')).toBe(answers.filter(({ allow }) => !allow).length);
  expect(callsTo('approve')).toBe(answers.filter(({ allow, requireApproval }) => allow && requireApproval).length);
});
