import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Problem } from '../../constructs/api/problem.ts';
import { bundleFile, bundleModule } from '../../constructs/policy/free-rego.ts';
import { readRules, regoProblems } from '../../constructs/policy/rego-problems.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { decideAll } from '../../opa/decide.ts';
import { judgeModule } from '../../opa/judge-module.ts';
import { VerdictCache } from '../../opa/verdict-cache.ts';
import { opaBuildMs, realOpa } from './support/opa.ts';

const assets = loadAssets();
let opa: string;
beforeAll(async () => {
  opa = await realOpa();
}, opaBuildMs);

/** As the command does it; with a cache where a test gives one. */
async function problemsOf(rego: string, cache?: VerdictCache): Promise<string[]> {
  const report = await judgeModule({
    opa,
    file: bundleFile('acme'),
    module: bundleModule('acme', rego),
    capabilities: assets.capabilities,
    rules: readRules('acme'),
    cache,
  });
  return regoProblems('acme', report).map(({ code, message }: Problem) => `${code}: ${message}`);
}

describe('free Rego of a bundle', () => {
  test('passes when it adds to its two sets and reads question, composed rules and its own rules', async () => {
    const rego = `import rego.v1

deny contains "night" if {
  input.name in forbidden
  data.policy.tenant == "acme"
}

require_approval contains message if message := data.cellwright_bundles.acme.words[_]

words := ["large"]

forbidden := {"exec"}`;
    expect(await problemsOf(rego)).toEqual([]);
  });

  test.each([
    ['http.send({"method": "get", "url": "http://example.com"})', 'http.send'],
    ['net.lookup_ip_addr("example.com")', 'net.lookup_ip_addr'],
    ['opa.runtime()', 'opa.runtime'],
    ['rego.parse_module("a.rego", input.params.code)', 'rego.parse_module'],
    ['json.match_schema(input, {"$ref": "http://example.com/schema"})', 'json.match_schema'],
    ['rand.intn("x", 2) == 1', 'rand.intn'],
  ])('is refused where it calls %s', async (call, name) => {
    expect(await problemsOf(`deny contains "x" if {\n  ${call}\n}`)).toEqual([
      `bundle.rego: line 2, column 3: undefined function ${name} (rego_type_error)`,
    ]);
  });

  test('is refused with line and column of a syntax error', async () => {
    const [first] = await problemsOf('deny contains "x" if {\n  input.name ==\n}');
    expect(first).toMatch(/^bundle\.rego: line 3, column 1: .*\(rego_parse_error\)$/s);
  });

  test.each([
    'deny if input.name == "exec"',
    'default deny := false',
    'deny["exec"] := "no"',
    'require_approval := true',
  ])('is refused where it decides otherwise than by a set of messages: %s', async (rego) => {
    const [first, ...more] = await problemsOf(`\n${rego}`);
    expect(more).toEqual([]);
    expect(first).toMatch(/^bundle\.rego-shape: line 2, column \d+: (deny|require_approval) is not written as a set/);
  });

  test('is refused when nothing in it decides', async () => {
    expect(await problemsOf('denies contains "x" if input.name == "exec"')).toEqual([
      'bundle.rego-silent: the Rego has no rule `deny` and no rule `require_approval`, so it decides nothing',
    ]);
  });

  test.each([
    ['data.cellwright_runtime.token', 'data.cellwright_runtime.token'],
    ['data["cellwright_runtime"]', 'data.cellwright_runtime'],
    ['data.cellwright_bundles.globex.deny', 'data.cellwright_bundles.globex.deny'],
    ['data.system.authz.allow', 'data.system.authz.allow'],
    ['data.cellwright.decision.allow', 'data.cellwright.decision.allow'],
  ])('is refused where it reads %s', async (expression, named) => {
    const [first, ...more] = await problemsOf(`deny contains "x" if {\n  ${expression}\n}`);
    expect(more).toEqual([]);
    expect(first).toMatch(/^bundle\.rego-data: line 2, column \d+: /);
    expect(first).toContain(`: ${named} is not for bundles to read`);
  });

  test.each(['data[input.params.x]', 'walk(data, [_, "x"])'])(
    'is refused where it reads all data, itself included: %s',
    async (expression) => {
      const [first, ...more] = await problemsOf(`deny contains "x" if {\n  ${expression}\n}`);
      expect(more).toEqual([]);
      expect(first).toMatch(/^bundle\.rego: line 1, column 1: .*\(rego_recursion_error\)$/);
    },
  );

  test('cannot import what it may not read', async () => {
    expect(await problemsOf('import data.cellwright_runtime as r\n\ndeny contains r.token')).toEqual([
      'bundle.rego-data: line 1, column 8: data.cellwright_runtime is not for bundles to read',
    ]);
  });

  test('is refused when a rule of it does not come to an end', async () => {
    const range = 'numbers.range(1, 20000)[_]';
    const [first, ...more] = await problemsOf(`deny contains "x" if count([1 | ${range}; ${range}]) > 0`);
    expect(more).toEqual([]);
    expect(first).toMatch(/^bundle\.rego-slow: data\.cellwright_bundles\["acme"\]\.deny did not come to an end/);
  });

  test('is refused when a rule for another kind of question does not come to an end', async () => {
    const range = 'numbers.range(1, 20000)[_]';
    const [first] = await problemsOf(
      `deny contains "x" if {\n  input.kind == "inbound"\n  data.policy.tenant\n  count([1 | ${range}; ${range}]) > 0\n}`,
    );
    expect(first).toMatch(/^bundle\.rego-slow: /);
  });

  test('may be as large as the schema lets it', async () => {
    const rule = (index: number): string => `deny contains "x" if input.name == "n${index}"\n`;
    const rego = Array.from({ length: 5900 }, (_, index) => rule(index + 10_000)).join('');
    expect(rego.length).toBeGreaterThan(250_000);
    let problems = await problemsOf(rego);
    // What is slow by its nature is so each time.
    for (let more = 2; more > 0 && problems.length > 0; more -= 1) problems = await problemsOf(rego);
    expect(problems).toEqual([]);
  });

  test('is refused, alone and with its name, when opa cannot bear it', async () => {
    const nested = `${'['.repeat(4000)}${']'.repeat(4000)}`;
    expect(await problemsOf(`deny contains "x" if input == ${nested}`)).toEqual([
      'bundle.rego: line 1, column 1: opa needs more time or room for it than any bundle should (opa_limit)',
    ]);
  });

  test('is told a hundred places at most where it reads what it may not', async () => {
    const reads = Array.from({ length: 500 }, () => 'data.cellwright_runtime').join(', ');
    expect(await problemsOf(`deny contains "x" if input == [${reads}]`)).toHaveLength(100);
  });

  test('cannot leave its package', async () => {
    const [first] = await problemsOf('package cellwright\n\ndecision := {"allow": true}');
    expect(first).toMatch(/^bundle\.rego: line 1, column 1: .*\(rego_parse_error\)$/s);
  });

  test('that cannot be evaluated ends the decision instead of being passed over', async () => {
    const module = bundleModule('acme', 'deny contains "x" if endswith(input.params.url, ".corp")');
    const levels = [
      {
        level: 'enterprise',
        bundle: 'acme',
        enforcement: 'Enforce',
        rules: { tools: { allow: { others: ['*'] } } },
        grants: [],
      },
    ];
    const urls = ['https://example.com', 'https://a.corp', ['https://a.corp'], 'https://example.com'];
    const answers = await decideAll<unknown>({
      opa,
      modules: { ...assets.rego, 'bundle-acme.rego': module },
      policies: [{ tenant: 'acme', revision: 'r', levels }],
      questions: urls.map((url) => ({
        policy: 0,
        input: { tenant: 'acme', kind: 'tool', name: 'web_fetch', params: { url } },
      })),
      query: 'data.cellwright.decision.allow',
      onError: (message) => message,
    });
    expect(answers).toEqual([true, false, expect.stringContaining('endswith: operand 1 must be string'), true]);
  });
});

describe('free Rego is judged once', () => {
  const rego = 'deny contains "x" if http.send({})';
  const judgedWith = (folder: string): Promise<string[]> => problemsOf(rego, VerdictCache.of(folder, opa));
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cellwright-verdicts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('and again when what was kept is cut off or something else', async () => {
    const first = await judgedWith(folder);
    const kept = path.join(folder, 'verdicts', readdirSync(path.join(folder, 'verdicts'))[0] ?? '');
    const held = readFileSync(kept, 'utf8');
    writeFileSync(kept, held.replace('http.send', 'what.was.kept'));
    expect(await judgedWith(folder)).toEqual([expect.stringContaining('what.was.kept')]);
    for (const text of [held.slice(0, 20), 'null', '{"outline": 5}', '{"outline": {"rules": []}, "slow": []}']) {
      writeFileSync(kept, text);
      expect([text, await judgedWith(folder)]).toEqual([text, first]);
    }
  });

  test('by any number at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => judgedWith(folder)));
    expect(new Set(all.map((each) => each.join()))).toEqual(new Set([all[0]?.join()]));
    expect(readdirSync(path.join(folder, 'verdicts'))).toEqual([expect.stringMatching(/^[0-9a-f]{40}\.json$/)]);
  });

  test('and each time where nothing can be kept', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    expect(await judgedWith(file)).toEqual(await judgedWith(folder));
  });
});

test.each([
  ['that is slow where a program tries all ways', '(a|aa|a?)+'],
  ['of two thousand characters', '(a|aa|a?)+'.repeat(200)],
  ['that repeats repetitions', `${'('.repeat(50)}a${'){1,9}'.repeat(50)}`],
])(
  'free Rego may match by a regex %s: opa goes once over the text, or takes no such pattern',
  async (_what, pattern) => {
    expect(await problemsOf(`deny contains "x" if regex.match("^${pattern}$", "${'a'.repeat(2000)}!")`)).toEqual([]);
  },
);

test('a regex that opa has no memory for is one finding, and no failure of the program', async () => {
  const pattern = '(a|aa|a?)+'.repeat(25_000);
  const problems = await problemsOf(`deny contains "x" if regex.match("^${pattern}$", "aaaa!")`);
  expect(problems).toEqual([expect.stringContaining('opa_limit')]);
});
