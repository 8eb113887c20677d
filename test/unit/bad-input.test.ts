/** Bad input gets one line each, with file, line, field, cause and fix; nothing is written. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

let folder: string;

const tenant = (name: string, spec: string): string =>
  `apiVersion: cellwright.dev/v1alpha1\nkind: TenantGateway\nmetadata:\n  name: ${name}\nspec:\n  ${spec}\n`;

/** File below the fleet, its text, and the one line that is expected of it. */
const bad: readonly (readonly [string, string, string])[] = [
  [
    'broken.yaml',
    'a: b: c\n',
    'broken.yaml:1: not readable as YAML: bad indentation of a mapping entry; check the indentation, the quotes and the colons in this line and the one before',
  ],
  [
    'unknown.yaml',
    tenant('unknown', 'orgnization: acme'),
    'unknown.yaml:6: spec.orgnization: spec has no field "orgnization"; did you mean organization?',
  ],
  [
    'type.yaml',
    tenant('type', 'replicas: "2"'),
    'type.yaml:6: spec.replicas: expected an integer, got a string "2"; write an integer',
  ],
  [
    'scalar.yaml',
    tenant('scalar', 'state: yes'),
    'scalar.yaml:6: spec.state: yes without quotes is true to Kubernetes and a text to other YAML readers; write "yes" for the text, or true',
  ],
  [
    'zz-twice.yaml',
    tenant('starter', 'state: Running'),
    'zz-twice.yaml:4: metadata.name: TenantGateway starter is there already, in FLEET/tenants/starter.yaml:5; remove one of the two, or give it another name',
  ],
  [
    'profile.yaml',
    tenant('profile', 'profile: defualt'),
    'profile.yaml:6: spec.profile: there is no GatewayProfile defualt; did you mean default?',
  ],
  ['long.yaml', tenant('a'.repeat(41), 'state: Running'), 'long.yaml:4: metadata.name: '],
  [
    'config.yaml',
    tenant('config', 'openclaw: {config: {agentz: {}}}'),
    'config.yaml:6: spec.openclaw.config.agentz: OpenClaw has no setting "agentz" here and would not start; did you mean agents?',
  ],
  ['secret.yaml', tenant('secret', 'openclaw: {env: {SERVICE_TOKEN: abc}}'), 'secret.yaml:6: spec.openclaw.env: '],
  [
    'ceiling.yaml',
    tenant('ceiling', 'storage: {size: 500Gi}'),
    'ceiling.yaml:6: spec.storage.size: 500Gi is more than profile default allows (50Gi); write at most 50Gi, or raise spec.limits of the profile',
  ],
  [
    'egress.yaml',
    tenant('egress', 'egress: [{cidr: 10.0.0.0/8, ports: [{port: 443}]}]'),
    'egress.yaml:6: spec.egress[0].cidr: 10.0.0.0/8 is outside of what profile default allows; write a block inside 203.0.113.0/24 or 10.20.0.0/16',
  ],
];

let shown: readonly string[];
let status: number | null;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cellwright-bad-'));
  cpSync('fleet', path.join(folder, 'fleet'), { recursive: true });
  for (const [file, text] of bad) {
    writeFileSync(path.join(folder, 'fleet', 'tenants', file), text);
  }
  mkdirSync(path.join(folder, 'dist', 'platform'), { recursive: true });
  writeFileSync(path.join(folder, 'dist', 'platform', 'old.yaml'), 'as it was\n');
  const args = ['cli/main.ts', 'synth', '--fleet', path.join(folder, 'fleet'), '--out', path.join(folder, 'dist')];
  const ran = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });
  ({ status } = ran);
  shown = ran.stderr.replaceAll(path.join(folder, 'fleet'), 'FLEET').trimEnd().split('\n');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each(bad)('%s is told in one line', (file, _text, expected) => {
  const lines = shown.filter((line) => line.startsWith(`FLEET/tenants/${file}:`));
  expect(lines).toEqual([expect.stringContaining(expected)]);
});

test('all of them are told in one run, and nothing else is', () => {
  expect(shown.slice(-2)).toEqual([`${bad.length} problems`, expect.stringMatching(/^nothing was written to /)]);
  expect(shown).toHaveLength(bad.length + 2);
});

test('the exit code is 1 and dist is as it was', () => {
  expect(status).toBe(1);
  expect(readFileSync(path.join(folder, 'dist', 'platform', 'old.yaml'), 'utf8')).toBe('as it was\n');
});
