/** Configuration in code: what a fleet's own file adds, and what it may not. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { synth } from '../../cli/commands/synth.ts';
import { FleetConfigError } from '../../cli/fleet/fleet-config-file.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { RenderGateError } from '../../constructs/synth/render-gate.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cellwright-config-'));
  cpSync('fleet', path.join(folder, 'fleet'), { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function configure(source: string): void {
  const cdk8s = path.resolve('node_modules/cdk8s/lib/index.js');
  writeFileSync(path.join(folder, 'fleet', 'fleet.config.mjs'), `import { ApiObject } from '${cdk8s}';\n${source}`);
}

const run = (): Promise<number> =>
  synth({ fleet: path.join(folder, 'fleet'), out: path.join(folder, 'dist'), quiet: true });

function objects(file: string): KubeObject[] {
  return loadAll(readFileSync(path.join(folder, 'dist', file), 'utf8')) as KubeObject[];
}

const addConfigMap = (namespace: string): string => `export default {
  extendCell(cell, { tenant }) {
    new ApiObject(cell, 'notes', {
      apiVersion: 'v1', kind: 'ConfigMap',
      metadata: { name: 'notes', namespace: ${namespace} },
      data: { tenant: tenant.name },
    });
  },
};`;

test('an extension adds its objects to Rendered tenants and marks Managed ones with its hash', async () => {
  configure(addConfigMap('cell.namespace'));
  expect(await run()).toBe(0);
  const notes = objects('tenants/initech-vault/20-config.yaml').find(({ metadata }) => metadata.name === 'notes');
  expect(notes?.['data']).toEqual({ tenant: 'initech-vault' });
  const [managed] = objects('tenants/starter/tenant-gateway.yaml');
  expect(managed?.metadata.annotations?.['cellwright.dev/extension']).toMatch(/^[0-9a-f]{64}$/);
});

test('an extension cannot put objects outside the tenant’s namespace', async () => {
  configure(addConfigMap("'kube-system'"));
  await expect(run()).rejects.toThrow(RenderGateError);
});

test('the platform is installed as the configuration says', async () => {
  configure("export default { platform: { image: 'registry.example.com/runner:1' } };");
  expect(await run()).toBe(0);
  const deployment = objects('platform/30-runner.yaml').find(({ kind }) => kind === 'Deployment');
  expect(JSON.stringify(deployment)).toContain('"image":"registry.example.com/runner:1"');
});

test('a configuration without a default export is refused by name', async () => {
  configure('export const x = ApiObject;');
  await expect(run()).rejects.toThrow(FleetConfigError);
});
