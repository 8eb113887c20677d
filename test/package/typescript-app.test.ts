/** A cdk8s project as cdk8s itself makes it (CommonJS, ts-node), with a tenant's cell in it. */
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { synthesizeTenant } from '../../constructs/synth/synthesize-tenant.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { objectKey } from '../../constructs/synth/kube-object.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { node20, node24 } from './support/node-versions.ts';
import { manifest } from './support/packed.ts';
import { Project } from './support/project.ts';
import { run } from './support/run.ts';

const template = path.resolve('node_modules/cdk8s-cli/templates/typescript-app');

const app = `import { App, Chart } from 'cdk8s';
import { loadAssets, TenantCell, TenantGateway, TenantGatewaySpecState } from 'cellwright';

const app = new App();
const chart = new Chart(app, 'acme');
new TenantCell(chart, 'cell', { tenant: { name: 'acme', spec: {} }, assets: loadAssets() });
const claims = new Chart(app, 'claims');
new TenantGateway(claims, 'acme', { metadata: { name: 'acme' }, spec: { state: TenantGatewaySpecState.RUNNING } });
app.synth();
`;

/** Fills the template as \`cdk8s init\` does, without the network: no import of the Kubernetes kinds, no jest. */
function makeProject(folder: string): void {
  cpSync(template, folder, { recursive: true });
  for (const name of readdirSync(folder).filter((file) =>
    /^(__snapshots__|main\.test|jest|\.hooks|help|\{\{)/.test(file),
  )) {
    rmSync(path.join(folder, name), { recursive: true });
  }
  const { devDependencies: versions } = manifest;
  const filled: Readonly<Record<string, string>> = {
    $base: 'app',
    cdk8s_core_version: versions['cdk8s'] ?? '',
    cdk8s_plus_version: versions['cdk8s-plus-28'] ?? '',
    constructs_version: versions['constructs'] ?? '',
    cdk8s_cli_spec: versions['cdk8s-cli'] ?? '',
  };
  const text = readFileSync(path.join(folder, 'package.json'), 'utf8')
    .replaceAll(/\{\{ ([\w$]+) \}\}/g, (_, name: string) => filled[name] ?? '')
    .replace(/cdk8s-plus-\d+/, 'cdk8s-plus-28');
  const project = JSON.parse(text) as { devDependencies: Record<string, string> };
  for (const name of ['jest', 'ts-jest', '@types/jest']) {
    Reflect.deleteProperty(project.devDependencies, name);
  }
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(project));
  writeFileSync(path.join(folder, 'cdk8s.yaml'), 'language: typescript\napp: npx ts-node main.ts\n');
  writeFileSync(path.join(folder, 'main.ts'), app);
}

const read = (file: string): KubeObject[] => loadAll(readFileSync(file, 'utf8')) as KubeObject[];
const byKey = (objects: readonly KubeObject[]): Map<string, KubeObject> =>
  new Map(objects.map((object) => [objectKey(object), object]));

describe('a project from the template of cdk8s', () => {
  let project: Project;
  beforeAll(async () => {
    project = new Project();
    makeProject(project.folder);
    await project.install();
  });
  afterAll(() => project[Symbol.dispose]());

  test.each([
    ['20', node20],
    ['24', node24],
  ])('synthesizes a tenant’s cell on Node.js %s, with the objects that every other way gives', async (major, node) => {
    const out = `dist-${major}`;
    await run('npx', ['cdk8s', 'synth', '--check-upgrade=false', '--output', out], { cwd: project.folder, node });
    const profile = { name: 'default', spec: {} };
    const tenant = { name: 'acme', spec: {} };
    const { objects } = synthesizeTenant({ tenant, profile, bundles: [], assets: loadAssets() });
    expect(byKey(read(path.join(project.folder, out, 'acme.k8s.yaml')))).toEqual(byKey(objects));
    expect(read(path.join(project.folder, out, 'claims.k8s.yaml'))).toEqual([
      {
        apiVersion: 'cellwright.dev/v1alpha1',
        kind: 'TenantGateway',
        metadata: { name: 'acme' },
        spec: { state: 'Running' },
      },
    ]);
  });

  test('compiles against our declarations with the compiler options of the template', async () => {
    await run('npm', ['run', 'compile'], { cwd: project.folder });
  });
});
