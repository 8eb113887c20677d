/** `cellwright policy` as a person and a script meet it, with the real opa. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cellwright } from './support/command.ts';
import type { Ran } from './support/command.ts';
import { opaBuildMs, realOpa } from './support/opa.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-policy-'));
const fleet = path.join(folder, 'fleet');

beforeAll(async () => {
  await realOpa();
  write('fleet/profiles/default.yaml', object('GatewayProfile', 'default', {}));
  for (const name of ['one', 'two', 'three']) {
    write(`fleet/tenants/${name}.yaml`, object('TenantGateway', name, {}));
  }
  write(
    'fleet/bundles/baseline.yaml',
    object('PolicyBundle', 'baseline', {
      rules: { tools: { allow: ['read', 'web_*'] }, senders: { allow: ['telegram:*'] }, channels: { allow: ['*'] } },
    }),
  );
  const rego = 'deny contains "no corp" if endswith(input.params.url, ".corp")';
  const rules = { tools: { deny: ['web_search'], requireApproval: ['read'] } };
  write('fleet/bundles/trial.yaml', object('PolicyBundle', 'trial', { enforcement: 'Audit', rules, rego }));
}, opaBuildMs);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function object(kind: string, name: string, spec: object): string {
  return JSON.stringify({ apiVersion: 'cellwright.dev/v1alpha1', kind, metadata: { name }, spec });
}

function write(file: string, text: string): string {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  return target;
}

/** Runs the real command on a text as its standard input. */
const policy = (args: readonly string[], stdin = ''): Promise<Ran> => cellwright(['policy', ...args], { stdin });

/** A line of the log as opa prints it. */
function logged(input: object, answer: { allow: boolean; requireApproval?: boolean; reasons?: string[] }): string {
  const result = { requireApproval: false, reasons: [], audit: [], revision: 'r', ...answer };
  return `${JSON.stringify({ input, level: 'info', msg: 'Decision Log', path: 'cellwright/decision', result })}\n`;
}

const call = (tenant: string, name: string, params: object = {}): object => ({ tenant, kind: 'tool', name, params });

describe('policy explain', () => {
  test('shows the level that denies on the example fleet, and exits with 1', async () => {
    const { code, stdout } = await policy(['explain', '--tenant', 'acme-support', '--tool', 'write']);
    expect([code, stdout]).toEqual([1, expect.stringContaining('acme-support: tool write: DENIED')]);
    expect(stdout).toMatch(/^enterprise +enterprise-baseline +Enforce +allow +tools\.allow "write"$/m);
    expect(stdout).toMatch(/^team +acme-support +Enforce +deny +tools\.deny "write"$/m);
  });

  test('takes a question from standard input and prints it as data', async () => {
    const question = '{"kind": "inbound", "channel": "telegram", "requester": "telegram:5"}';
    const { code, stdout } = await policy(
      ['explain', '--tenant', 'one', '--input', '-', '--fleet', fleet, '-o', 'json'],
      question,
    );
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { decision: { allow: true }, levels: [{}, {}] }]);
  });

  test('names file, line, field and fix of everything that is wrong with a question', async () => {
    const file = write('question.yaml', 'kind: tol\nnam: read\nowner: 5\n');
    const { code, stdout, stderr } = await policy(['explain', '--tenant', 'one', '--input', file, '--fleet', fleet]);
    expect([code, stdout]).toEqual([2, '']);
    const empty = await policy(['explain', '--tenant', 'one', '--input', '-', '--fleet', fleet], '{}');
    expect(empty.stderr).toContain('standard input:1: kind: a question has a kind, got none; write one of tool, model');
    expect(stderr).toContain(`${file}:1: kind: a question has a kind, got "tol"; write one of tool, model`);
    expect(stderr).toContain(`${file}:2: nam: a question has no such field; write name`);
    expect(stderr).toContain(`${file}:3: owner: owner is a flag, got 5; write true or false`);
  });

  test('asks by flags about anything, and says what cannot be one question', async () => {
    const ask = (...flags: string[]): Promise<Ran> =>
      policy(['explain', '--tenant', 'one', '--fleet', fleet, ...flags]);
    const { code, stdout } = await ask('--kind', 'inbound', '--channel', 'telegram', '--requester', 'telegram:5');
    expect([code, stdout]).toEqual([0, expect.stringContaining('one: inbound telegram telegram:5: ALLOWED')]);
    for (const flags of [[], ['--tool', 'a', '--model', 'b'], ['--tool', 'a', '--name', 'b'], ['--kind', 'tols']]) {
      expect([flags, await ask(...flags)]).toMatchObject([flags, { code: 2, stdout: '' }]);
    }
  });

  test('does not deny a tool that was not named, but asks which one', async () => {
    const ask = (stdin: string, ...flags: string[]): Promise<Ran> =>
      policy(['explain', '--tenant', 'one', '--fleet', fleet, ...flags], stdin);
    const byFlag = await ask('', '--kind', 'tool');
    expect(byFlag).toEqual({ code: 2, stdout: '', stderr: '--kind tool: say which tool by --name\n' });
    const byFile = await ask('{"kind": "model"}', '--input', '-');
    expect(byFile).toMatchObject({ code: 2, stdout: '' });
    expect(byFile.stderr).toContain('standard input:1: name: a question about a model names it; add name\n');
  });

  test('denies where a rule cannot be evaluated, as a cell does, and says why', async () => {
    const rego = 'deny contains "no corp" if endswith(input.params.url, ".corp")';
    write('failing/tenants/one.yaml', object('TenantGateway', 'one', {}));
    write('failing/profiles/default.yaml', object('GatewayProfile', 'default', {}));
    write('failing/bundles/rego.yaml', object('PolicyBundle', 'rego', { rules: { tools: { allow: ['*'] } }, rego }));
    const question = '{"kind": "tool", "name": "web_fetch", "params": {"url": ["a.corp"]}}';
    const where = ['--fleet', path.join(folder, 'failing')];
    const { code, stdout } = await policy(['explain', '--tenant', 'one', '--input', '-', ...where], question);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^one: tool web_fetch: DENIED\n\npolicy cannot be evaluated: bundle-rego\.rego:[^\n]+\n$/);
  });

  test('shows what an Audit bundle would have said, its Rego included, and decides without it', async () => {
    const ask = (url: unknown): Promise<Ran> => {
      const question = JSON.stringify({ kind: 'tool', name: 'web_search', params: { url } });
      return policy(['explain', '--tenant', 'one', '--input', '-', '--fleet', fleet], question);
    };
    const { code, stdout } = await ask('https://a.corp');
    expect([code, stdout]).toEqual([0, expect.stringContaining('one: tool web_search: ALLOWED')]);
    expect(stdout).toMatch(/^enterprise +trial +Audit +would deny +tools\.deny "web_search"$/m);
    expect(stdout).toMatch(/^enterprise +trial +Audit +would deny +rego: no corp$/m);
    const failing = await ask(['https://a.corp']);
    expect(failing).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('cannot be evaluated: bundle-trial.rego'),
    });
  });

  test('does not take a fleet that has problems for a denial', async () => {
    const broken = path.join(folder, 'broken');
    write('broken/tenants/x.yaml', object('TenantGateway', 'x', { replcas: 1 }));
    const { code, stderr } = await policy(['explain', '--tenant', 'x', '--tool', 'read', '--fleet', broken]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('did you mean replicas?')]);
  });

  test('suggests the tenant that was meant', async () => {
    const { code, stderr } = await policy(['explain', '--tenant', 'thre', '--tool', 'read', '--fleet', fleet]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean three?')]);
  });
});

describe('policy test', () => {
  test('passes on the cases of the example fleet', async () => {
    const { code, stdout } = await policy(['test']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+ passed, 0 failed$/m)]);
  });

  test('passes on the cases of a fleet that init made', async () => {
    const made = path.join(folder, 'made');
    await cellwright(['init', made]);
    const { code, stdout } = await policy(['test', '--fleet', path.join(made, 'fleet')]);
    expect([code, stdout]).toEqual([0, '4 passed, 0 failed\n']);
  });

  test('tells each failure with its place, what was expected and what came', async () => {
    const cases = write(
      'cases/some.cases.yaml',
      '- tenant: one\n  tool: read\n  expect: allow\n- name: reads nothing\n  tenant: one\n  tool: read\n  expect: deny\n' +
        '- tenant: one\n  tool: exec\n  expect: deny\n  because: another reason\n',
    );
    const rego = write(
      'cases/below/own_test.rego',
      'package own_test\n\ntest_right if data.cellwright.revision with data.policy as {"revision": 1}\n\n' +
        'test_wrong if { print("seen"); 1 == 2 }\n\ntodo_test_later if 1 == 2\n\n' +
        'q := {"tenant": "one", "kind": "tool", "name": "read"}\n\n' +
        'test_tenant if data.cellwright.allow with data.policy as data.cellwright_tenants.one with input as q\n\n' +
        'test_bundle if "no corp" in data.cellwright_bundles.trial.deny with input as {"params": {"url": "x.corp"}}\n',
    );
    const { code, stdout } = await policy(['test', path.dirname(cases), '--fleet', fleet]);
    expect(code).toBe(1);
    expect(stdout).toContain(`FAIL ${cases}:4: reads nothing: expected deny, got allow: no reasons`);
    expect(stdout).toContain(`FAIL ${cases}:8: one: tool exec: expected deny because another reason, got deny: `);
    expect(stdout).toContain(`FAIL ${rego}:5: data.own_test.test_wrong: it printed: seen`);
    expect(stdout).toContain(`skipped ${rego}:7: data.own_test.todo_test_later`);
    expect(stdout).toMatch(/^4 passed, 3 failed$/m);
  });

  test('names the place of a Rego test that does not compile', async () => {
    const file = write('uncompiled_test.rego', 'package own_test\n\ntest_x if nothing(1)\n');
    const { code, stdout, stderr } = await policy(['test', file, '--fleet', fleet]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${file}:3: undefined function nothing`);
  });

  test('does not pass where there is nothing to test', async () => {
    const cases = 'fleet/tests/baseline.cases.yaml';
    for (const place of [path.join(folder, 'nowhere'), 'README.md', 'fleet/tenants']) {
      const { code, stderr } = await policy(['test', cases, place]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${place}: `)]);
    }
  });

  test('refuses cases that say something else than they mean', async () => {
    const file = write('odd.cases.yaml', '- tennant: one\n  tool: read\n  model: x\n  expect: maybe\n');
    const { code, stderr } = await policy(['test', file, '--fleet', fleet]);
    expect(code).toBe(2);
    expect(stderr).toContain('[0].tennant: a case has no such field; write tenant');
    expect(stderr).toContain(
      '[0].expect: a case says what is expected, got "maybe"; write one of allow, approve, deny',
    );
    expect(stderr).toContain('a case asks one thing');
    const stranger = write('stranger.cases.yaml', '- tenant: thre\n  tool: read\n  expect: allow\n');
    expect((await policy(['test', stranger, '--fleet', fleet])).stderr).toContain(
      `${stranger}:1: [0].tenant: the fleet has no tenant thre; write three`,
    );
  });
});

describe('policy replay', () => {
  const recorded = [
    logged(call('one', 'web_search'), { allow: true }).repeat(3),
    'something else that the container printed\n',
    logged(call('two', 'web_search'), { allow: true }),
    `2026-11-27T20:00:00Z gateway-0 ${logged(call('two', 'read'), { allow: true })}`,
    logged(call('three', 'exec'), { allow: true, reasons: [] }),
    logged(call('one', 'read'), { allow: false, reasons: ['enterprise/old: tools.deny "read"'] }),
    logged(call('gone', 'read'), { allow: true }),
    `${logged(call('one', 'read'), { allow: true }).slice(0, 60)} "msg":"Decision Log" cut off\n`,
  ].join('');

  test('counts by tenant, question and rule what would be answered otherwise', async () => {
    const { code, stdout } = await policy(['replay', '-', '--fleet', fleet, '-o', 'json'], recorded);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      calls: 7,
      unknownTenant: 1,
      inexact: 0,
      unreadable: 1,
      changes: [
        change('one', 'read', { now: 'allow', before: 'deny', rule: 'enterprise/old: tools.deny "read"' }),
        change('three', 'exec', {
          now: 'deny',
          before: 'allow',
          rule: 'enterprise/baseline: tools.allow does not name "exec"; no level allows the tool "exec"',
        }),
      ],
    });
  });

  test('shows what an Audit bundle would do if it decided', async () => {
    const { code, stdout } = await policy(['replay', '-', '--fleet', fleet, '--enforce', 'trial'], recorded);
    expect(code).toBe(1);
    expect(stdout).toContain('3 tenants, 5 calls would now be denied');
    expect(stdout).toMatch(/^one +3 +tool web_search +allow +enterprise\/trial: tools\.deny "web_search"$/m);
    expect(stdout).toContain('2 tenants, 2 calls would now need approval');
  });

  test('takes a question that a rule cannot be evaluated on for denied, as the guard does', async () => {
    const log = logged(call('one', 'web_fetch', { url: ['x.corp'] }), { allow: true });
    const { stdout } = await policy(['replay', '-', '--fleet', fleet, '--enforce', 'trial', '-o', 'json'], log);
    expect(JSON.parse(stdout)).toMatchObject({
      changes: [{ now: 'deny', rule: 'policy cannot be evaluated: bundle-trial.rego: endswith', calls: 1 }],
    });
  });

  test('counts the calls whose record hides what a rule looks at, and no others', async () => {
    const hidden = '~0123456789abcdef';
    const log = [
      logged(call('one', 'web_fetch', { url: '**' }), { allow: true }),
      logged(call('one', 'web_fetch', { url: 'https://… (too long)... (300 characters)' }), { allow: true }),
      logged(call('one', 'web_fetch', { url: 'https://example.com', text: '**' }), { allow: true }),
      logged({ ...call('one', 'web_fetch'), requester: `telegram:${hidden}` }, { allow: true }),
      logged({ tenant: 'one', kind: 'inbound', channel: 'telegram', requester: `telegram:${hidden}` }, { allow: true }),
    ].join('');
    const replayed = await policy(['replay', '-', '--fleet', fleet, '--enforce', 'trial', '-o', 'json'], log);
    expect(JSON.parse(replayed.stdout)).toMatchObject({ calls: 5, inexact: 2 });
    const asAudit = await policy(['replay', '-', '--fleet', fleet, '-o', 'json'], log);
    expect(JSON.parse(asAudit.stdout)).toMatchObject({ calls: 5, inexact: 0 });
  });

  test('names a log that is not there before it reads the fleet', async () => {
    const { code, stderr } = await policy(['replay', path.join(folder, 'none.log'), '--fleet', fleet]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('none.log: there is no such file or folder')]);
  });

  test('does not take a log without anything to decide for a change without effect', async () => {
    for (const [log, hint] of [
      ['', 'that of the container opa?'],
      ['{"level":"info","msg":"the log of another container"}\n', 'that of the container opa?'],
      [logged(call('gone', 'read'), { allow: true }), 'of a tenant of this fleet?'],
      ['{"decision_id":"4fca', 'is the log whole'],
    ] as const) {
      const { code, stdout, stderr } = await policy(['replay', '-', '--fleet', fleet], log);
      expect([log, code, stderr]).toEqual([log, 2, expect.stringContaining(hint)]);
      expect(stdout).toContain('0 recorded calls decided again\n');
    }
    const asData = await policy(['replay', '-', '--fleet', fleet, '-o', 'json']);
    expect([asData.code, JSON.parse(asData.stdout)]).toMatchObject([2, { calls: 0, changes: [] }]);
  });

  test('exits with 0 when nothing would change, and names a bundle that is not there', async () => {
    const same = logged(call('one', 'read'), { allow: true });
    expect(await policy(['replay', '-', '--fleet', fleet], same)).toMatchObject({
      code: 0,
      stdout: '1 recorded call decided again\n',
    });
    const { code, stderr } = await policy(['replay', '-', '--fleet', fleet, '--enforce', 'trials'], same);
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean trial?')]);
  });
});

function change(tenant: string, name: string, rest: object): object {
  return { tenant, kind: 'tool', name, calls: 1, ...rest };
}
