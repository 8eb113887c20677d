/** A synth that remembers gives what a synth that remembers nothing gives, whatever happened in between. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { synth } from '../../cli/commands/synth.ts';
import { SynthCache } from '../../files/cache/synth-cache.ts';

let folder: string;
let at: (name: string) => string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cellwright-incremental-'));
  at = (name) => path.join(folder, name);
  cpSync('fleet', at('fleet'), { recursive: true });
  for (let number = 0; number < 6; number += 1) {
    writeTenant(`extra-${number}`, `organization: acme, delivery: ${number % 2 === 0 ? 'Managed' : 'Rendered'}`);
  }
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function writeTenant(name: string, fields: string): void {
  const spec = `{${fields}, access: {tokenSecretRef: {name: token, key: token}}}`;
  const lines = ['apiVersion: cellwright.dev/v1alpha1', 'kind: TenantGateway', `metadata: {name: ${name}}`];
  writeFileSync(at(`fleet/tenants/${name}.yaml`), [...lines, `spec: ${spec}`, ''].join('\n'));
}

const remembering = (): Promise<number> =>
  synth({ fleet: at('fleet'), out: at('dist'), quiet: true, cache: new SynthCache(at('cache'), '1') });

async function fresh(): Promise<Map<string, string>> {
  rmSync(at('fresh'), { recursive: true, force: true });
  expect(await synth({ fleet: at('fleet'), out: at('fresh'), quiet: true })).toBe(0);
  return treeOf(at('fresh'));
}

function treeOf(root: string): Map<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((file) => [path.relative(root, file), readFileSync(file, 'utf8')]));
}

/** A small generator of numbers (mulberry32), so that a failure can be run again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const edits: readonly ((random: (below: number) => number) => void)[] = [
  (random) => writeTenant(`extra-${random(8)}`, `organization: acme, resources: {cpu: ${1 + random(900)}m}`),
  (random) =>
    writeTenant(`extra-${random(8)}`, `delivery: Rendered, state: ${random(2) === 0 ? 'Running' : 'Stopped'}`),
  (random) => rmSync(at(`fleet/tenants/extra-${random(8)}.yaml`), { force: true }),
  (random) => {
    const file = at('fleet/bundles/acme.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}# edit ${random(1000)}\n`);
  },
  (random) => {
    const file = at('fleet/bundles/enterprise-baseline.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/- read\w*/, `- read${random(50)}`));
  },
  (random) => {
    const files = [...treeOf(at('dist')).keys()];
    const file = at(`dist/${files[random(files.length)] ?? ''}`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('cellwright.dev/tenant', 'cellwright.dev/tampered'));
  },
  (random) => {
    const files = [...treeOf(at('dist')).keys()];
    rmSync(at(`dist/${files[random(files.length)] ?? ''}`));
  },
  () => undefined,
];

test('after any edits of fleet and dist, dist is that of a fresh synth, byte for byte', async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
  process.stderr.write(`FUZZ_SEED=${seed}\n`);
  const random = randomFrom(seed);
  expect(await remembering()).toBe(0);
  for (let step = 0; step < 25; step += 1) {
    for (let count = 1 + random(3); count > 0; count -= 1) {
      edits[random(edits.length)]?.(random);
    }
    expect(await remembering()).toBe(0);
    expect([seed, step, treeOf(at('dist'))]).toEqual([seed, step, await fresh()]);
  }
}, 60_000);

test('a tenant that becomes wrong is reported in every run, and dist stays as it was', async () => {
  expect(await remembering()).toBe(0);
  const before = treeOf(at('dist'));
  writeTenant('extra-1', 'organization: acme, replicas: 77');
  expect(await remembering()).toBe(1);
  expect(await remembering()).toBe(1);
  expect(treeOf(at('dist'))).toEqual(before);
});

test('a host that a remembered tenant serves is not given to another', async () => {
  expect(await remembering()).toBe(0);
  writeTenant('thief', 'delivery: Managed');
  const file = at('fleet/tenants/thief.yaml');
  const ingress = 'access: {ingress: {host: initech-vault.agents.example.com}, ';
  writeFileSync(file, readFileSync(file, 'utf8').replace('access: {', ingress));
  expect(await remembering()).toBe(1);
});

test('a grant to a remembered tenant stands, and is warned of once the tenant is gone', async () => {
  const grant = "{tenant: extra-0, tool: exec, until: '2030-01-01T00:00:00Z', reason: x}";
  const file = at('fleet/bundles/acme.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}  grants: [${grant}]\n`);
  using told = jest.spyOn(process.stderr, 'write');
  expect(await remembering()).toBe(0);
  expect(await remembering()).toBe(0);
  // Files that are lost are made anew by tenants that are judged by themselves.
  rmSync(at('dist/tenants/extra-1'), { recursive: true });
  expect(await remembering()).toBe(0);
  expect(told).not.toHaveBeenCalled();
  rmSync(at('fleet/tenants/extra-0.yaml'));
  expect(await remembering()).toBe(0);
  expect(told.mock.calls.map(([text]) => text)).toEqual([
    expect.stringMatching(
      /^warning: .*acme\.yaml:\d+: spec\.grants\[0\]\.tenant: there is no TenantGateway extra-0; did you mean /,
    ),
  ]);
});

test('what has not changed is not written again', async () => {
  expect(await remembering()).toBe(0);
  const file = at('dist/tenants/initech-vault/40-workload.yaml');
  const { mtimeNs, ino } = statSync(file, { bigint: true });
  writeTenant('extra-0', 'organization: acme, state: Stopped');
  expect(await remembering()).toBe(0);
  const after = statSync(file, { bigint: true });
  expect([after.mtimeNs, after.ino]).toEqual([mtimeNs, ino]);
});
