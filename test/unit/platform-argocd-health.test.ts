/** Health of our kinds in Argo CD: the Lua of docs/gitops/argocd-health.yaml, run by a Lua interpreter. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { LuaFactory } from 'wasmoon';
import type { LuaEngine } from 'wasmoon';
import { kinds } from '../../constructs/api/kinds/registry.ts';

const file = path.resolve(import.meta.dirname, '../../docs/gitops/argocd-health.yaml');
const { data } = load(readFileSync(file, 'utf8')) as { data: Readonly<Record<string, string>> };

let lua: LuaEngine;
beforeAll(async () => {
  lua = await new LuaFactory().createEngine();
});
afterAll(() => lua.global.close());

/** A Lua literal: real tables, as Argo CD hands over, and not the interpreter's view of JavaScript objects. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(literal).join(',')}}`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, member]) => `[${JSON.stringify(key)}]=${literal(member)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}

interface Health {
  readonly status: string;
  readonly message: string;
}

async function healthOf(kind: string, object: unknown): Promise<Health> {
  const script = data[`resource.customizations.health.${kind}`];
  if (script === undefined) throw new RangeError(`argocd-health.yaml has no health check for ${kind}`);
  const health = `(function(obj) ${script}\nend)(${literal(object)})`;
  const [status, message] = (await lua.doString(`local h = ${health}\nreturn {h.status, h.message}`)) as [
    string,
    string,
  ];
  return { status, message };
}

interface Said {
  readonly generation?: number;
  readonly observed?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deleting?: true;
  /** By type: status and message, of generation 2 unless a third part says otherwise. */
  readonly conditions?: Readonly<Record<string, readonly [status: string, message: string, generation?: number]>>;
}

function objectThat({ generation = 2, observed, annotations, deleting, conditions }: Said): unknown {
  return {
    metadata: {
      name: 'acme',
      generation,
      ...(annotations ? { annotations } : {}),
      ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    ...(observed === undefined
      ? {}
      : {
          status: {
            observedGeneration: observed,
            ...(conditions
              ? {
                  conditions: Object.entries(conditions).map(([type, [status, message, judged = 2]]) => ({
                    ...{ type, status, message, observedGeneration: judged },
                  })),
                }
              : {}),
          },
        }),
  };
}

const running = ['True', 'gateway 1/1 ready'] as const;
const cases: readonly [string, Said, Health][] = [
  ['has no status yet', {}, { status: 'Progressing', message: 'the runner has not judged this version yet' }],
  ['is new', { observed: -1 }, { status: 'Progressing', message: 'the runner has not judged this version yet' }],
  ['is ready', { observed: 2, conditions: { Ready: running } }, { status: 'Healthy', message: 'gateway 1/1 ready' }],
  [
    'was ready before its spec changed',
    { generation: 3, observed: 2, conditions: { Ready: running } },
    { status: 'Progressing', message: 'the runner has not judged this version yet' },
  ],
  [
    'is rolling out',
    { observed: 2, conditions: { Ready: ['False', 'gateway 0/1 ready'], Reconciling: ['True', 'gateway 0/1 ready'] } },
    { status: 'Progressing', message: 'gateway 0/1 ready' },
  ],
  [
    'is stalled',
    { observed: 2, conditions: { Ready: ['False', 'no profile'], Stalled: ['True', 'no profile'] } },
    { status: 'Degraded', message: 'no profile' },
  ],
  [
    'could not be applied, so that its version is not judged to the end',
    {
      observed: 1,
      conditions: { Ready: ['False', 'quota'], Reconciling: ['True', 'quota'], Degraded: ['True', 'quota'] },
    },
    { status: 'Degraded', message: 'quota' },
  ],
  [
    'was stalled before its spec changed',
    { generation: 3, observed: 2, conditions: { Stalled: ['True', 'no profile'] } },
    { status: 'Progressing', message: 'the runner has not judged this version yet' },
  ],
  [
    'is paused, whatever was said before',
    { observed: 2, annotations: { 'cellwright.dev/paused': 'true' }, conditions: { Ready: ['Unknown', 'paused'] } },
    { status: 'Suspended', message: 'paused: the runner leaves it as it is' },
  ],
  [
    'has the annotation for paused with the value false',
    { observed: 2, annotations: { 'cellwright.dev/paused': 'false' }, conditions: { Ready: running } },
    { status: 'Healthy', message: 'gateway 1/1 ready' },
  ],
  [
    'is being deleted',
    { observed: 2, deleting: true, conditions: { Ready: ['False', 'removing StatefulSet'] } },
    { status: 'Progressing', message: 'removing StatefulSet' },
  ],
  [
    'is not ready with nothing under way',
    { observed: 2, conditions: { Ready: ['False', 'bad'] } },
    { status: 'Degraded', message: 'bad' },
  ],
];

describe('Argo CD’s health of a TenantGateway that', () => {
  test.each(cases)('%s is judged', async (_what, said, expected) => {
    expect(await healthOf('cellwright.dev_TenantGateway', objectThat(said))).toEqual(expected);
  });
});

test('every kind of ours has a health check, and a malformed one is Degraded', async () => {
  const malformed = objectThat({ observed: 2, conditions: { Ready: ['False', '/spec/rules: …'] } });
  for (const { kind } of kinds) {
    expect(await healthOf(`cellwright.dev_${kind}`, malformed)).toEqual({
      status: 'Degraded',
      message: '/spec/rules: …',
    });
  }
});

test('an application inside an application has the health that Argo CD found', async () => {
  const kind = 'argoproj.io_Application';
  expect(await healthOf(kind, { metadata: {} })).toEqual({ status: 'Progressing', message: '' });
  expect(await healthOf(kind, { status: { health: { status: 'Degraded' } } })).toEqual({
    status: 'Degraded',
    message: '',
  });
});
