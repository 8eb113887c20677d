import { beforeAll, describe, expect, test } from '@jest/globals';
import { Check } from 'typebox/schema';
import fc from 'fast-check';
import { checkFragment } from '../../constructs/cell/config-schema/check-fragment.ts';
import { ownedConfigPaths } from '../../constructs/cell/config/owned-paths.ts';
import { fitsByMembers } from '../../constructs/cell/config-schema/fits-by-members.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { cpuMs } from './least-of.ts';

let schema: unknown;
beforeAll(() => {
  schema = loadAssets().configSchema('2026.9.6');
});

type Fragment = Readonly<Record<string, unknown>>;

function told(fragment: Fragment, under?: Fragment): string[] {
  const problems = checkFragment({
    schema,
    fragment,
    path: 'spec.openclaw.config',
    ...(under === undefined ? {} : { under }),
  });
  return problems.map(({ path, message, fix }) => `${path.replace('spec.openclaw.config', '$')}: ${message}; ${fix}`);
}

describe('a fragment of openclaw.json', () => {
  test('that OpenClaw takes has no problem', () => {
    expect(
      told({
        agents: { defaults: { model: { primary: 'anthropic/claude-sonnet-5' }, sandbox: { mode: 'off' } } },
        channels: { telegram: { dmPolicy: 'allowlist', allowFrom: ['1002'] } },
        tools: { deny: ['exec'], profile: 'minimal' },
        session: { dmScope: 'per-channel-peer' },
      }),
    ).toEqual([]);
  });

  test.each<[string, Fragment, string[]]>([
    [
      'an unknown key at the top, with the nearest one',
      { agent: {} },
      ['$.agent: OpenClaw has no setting "agent" here and would not start; did you mean agents?'],
    ],
    [
      'an unknown key of a channel plugin',
      { channels: { telegram: { dmPolcy: 'open' } } },
      [
        '$.channels.telegram.dmPolcy: OpenClaw has no setting "dmPolcy" here and would not start; did you mean dmPolicy?',
      ],
    ],
    [
      'an unknown key that nothing is near to',
      { memory: { backend: 'builtin' } },
      ['$.memory.backend: OpenClaw has no setting "backend" here and would not start; remove it'],
    ],
    [
      'an unknown key inside one of several forms',
      { agents: { defaults: { model: { primry: 'x' } } } },
      [
        '$.agents.defaults.model.primry: OpenClaw has no setting "primry" here and would not start; did you mean primary?',
      ],
    ],
    [
      'a value of another type',
      { cron: { enabled: 'no' } },
      ['$.cron.enabled: OpenClaw does not take "no" here; write a value of type boolean'],
    ],
    [
      'a value that has two forms, with both',
      { agents: { defaults: { model: 5 } } },
      ['$.agents.defaults.model: OpenClaw does not take 5 here; write a value of type string or object'],
    ],
    [
      'a word that is not in a list',
      { session: { dmScope: 'x' } },
      [
        '$.session.dmScope: OpenClaw does not take "x" here; ' +
          'write one of "main", "per-peer", "per-channel-peer", "per-account-channel-peer"',
      ],
    ],
    [
      'a word that is none of several constants',
      { tools: { profile: 'minimul' } },
      ['$.tools.profile: OpenClaw does not take "minimul" here; write one of "minimal", "coding", "messaging", "full"'],
    ],
    [
      'the wrong source of a secret reference, not its form',
      { channels: { discord: { token: { source: 'envv', provider: 'default', id: 'A' } } } },
      [
        '$.channels.discord.token.source: OpenClaw does not take "envv" here; write one of "env", "store", "file", "exec"',
      ],
    ],
    [
      'what is missing in the form that was begun',
      { channels: { discord: { token: { source: 'env', provider: 'default' } } } },
      ['$.channels.discord.token: OpenClaw does not take an object with source, provider here; add id'],
    ],
    [
      'a number out of range',
      { agents: { defaults: { maxConcurrent: 0 } } },
      [
        '$.agents.defaults.maxConcurrent: OpenClaw does not take 0 here: it must be > 0; ' +
          'see the configuration reference of this OpenClaw version',
      ],
    ],
    [
      'each of several mistakes',
      { tools: { exec: { secrity: 'full' }, deny: ['x', 5] } },
      [
        '$.tools.deny[1]: OpenClaw does not take 5 here; write a value of type string',
        '$.tools.exec.secrity: OpenClaw has no setting "secrity" here and would not start; did you mean security?',
      ],
    ],
  ])('is told %s', (_name, fragment, expected) => {
    expect(told(fragment)).toEqual(expected);
  });

  test('may be completed by what lies under it', () => {
    const provider = { baseUrl: 'http://a', models: [] };
    const api = { models: { providers: { x: { api: 'openai-completions' } } } };
    expect(told({ bindings: [{ agentId: 'main' }] })).not.toEqual([]);
    expect(told(api, { models: { providers: { x: provider } } })).toEqual([]);
  });

  test('is not blamed for what lies under it', () => {
    expect(told({ cron: { enabled: false } }, { tools: { profile: 'no such' } })).toEqual([]);
  });

  test('shows no value of an object, which may be a secret that stands in the wrong place', () => {
    expect(told({ cron: { enabled: { token: 'hunter2' } } }).join()).not.toContain('hunter2');
  });

  test('is checked in milliseconds, without compiling the schema', async () => {
    const fragment = { agents: { defaults: { modle: 'x' } }, channels: { telegram: { dmPolicy: 'open' } } };
    told(fragment);
    const mostMs = 20 * 25;
    const twenty = (): void => {
      for (let round = 0; round < 20; round += 1) told(fragment);
    };
    expect(await cpuMs(mostMs, twenty)).toBeLessThan(mostMs);
  });
});

describe('the keys that Cellwright owns', () => {
  interface Node {
    readonly properties?: Readonly<Record<string, Node>>;
    readonly additionalProperties?: Node | boolean;
    readonly items?: Node;
    readonly anyOf?: readonly Node[];
    readonly oneOf?: readonly Node[];
    readonly allOf?: readonly Node[];
  }

  /** Whether a path leads somewhere in the schema; a star takes any key or index. */
  function leads(node: Node | undefined, [step, ...rest]: readonly string[]): boolean {
    if (node === undefined || step === undefined) {
      return node !== undefined;
    }
    const members = Object.entries(node.properties ?? {}).flatMap(([key, member]) =>
      step === key || step === '*' ? [member] : [],
    );
    const others = [node.additionalProperties, node.items].filter((other) => typeof other === 'object');
    return (
      [...members, ...(step === '*' || members.length === 0 ? others : [])].some((next) => leads(next, rest)) ||
      [node.anyOf, node.oneOf, node.allOf].flatMap((list) => list ?? []).some((next) => leads(next, [step, ...rest]))
    );
  }

  test.each(ownedConfigPaths.map((owned) => [owned]))('are keys of OpenClaw: %s', (owned) => {
    expect(leads(schema as Node, owned.split('.'))).toBe(true);
  });

  test('are told from keys that are none', () => {
    expect(leads(schema as Node, ['tools', 'codeModes'])).toBe(false);
    expect(leads(schema as Node, ['agents', 'entries', '*', 'tool'])).toBe(false);
  });
});

describe('the quick yes', () => {
  const text = { type: 'string' };
  const closed = (properties: object, required?: readonly string[]): object => ({
    type: 'object',
    properties,
    additionalProperties: false,
    ...(required === undefined ? {} : { required }),
  });

  test('is given for simple objects and what they hold, and never where the library says no', () => {
    const kinds: readonly object[] = [
      closed({ a: text, b: closed({ a: text }, ['a']) }),
      closed({ a: { anyOf: [text, closed({ b: text })] } }, ['a']),
      { ...closed({ a: text }), maxProperties: 1 },
      { type: 'object', properties: { a: text }, additionalProperties: { type: 'object' } },
      { $defs: { text }, ...closed({ a: { $ref: '#/$defs/text' } }) },
      closed({ a: false, b: true }),
      { ...closed({ a: text }, ['b']), additionalProperties: true },
    ];
    const value = fc.object({
      key: fc.constantFrom('a', 'b', '__proto__'),
      maxDepth: 2,
      values: [fc.string(), fc.nat()],
    });
    fc.assert(
      fc.property(fc.constantFrom(...kinds), value, (kind, candidate) => {
        expect(fitsByMembers(kind, candidate) && !Check(kind, candidate)).toBe(false);
      }),
      { numRuns: 2000 },
    );
    expect(fitsByMembers(kinds[0], { a: 'x', b: { a: 'y' } })).toBe(true);
    expect(fitsByMembers(kinds[1], { a: { b: 'x' } })).toBe(true);
    expect(fitsByMembers(true, {})).toBe(false);
  });

  test('is given for what tenants write', () => {
    const config = {
      agents: { defaults: { model: { primary: 'anthropic/claude-sonnet-5' } } },
      channels: { telegram: { dmPolicy: 'allowlist', allowFrom: ['1002'] } },
    };
    expect(fitsByMembers(schema, config)).toBe(true);
    expect(fitsByMembers(schema, { ...config, channel: {} })).toBe(false);
  });
});
