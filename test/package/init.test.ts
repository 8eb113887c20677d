/** The package from its user's side: install it, start a repository, synthesize. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadAll } from 'js-yaml';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { node20 } from './support/node-versions.ts';
import { manifest } from './support/packed.ts';
import { Project, treeOf } from './support/project.ts';
import { run } from './support/run.ts';

let project: Project;
/** What init said. */
let told: string;
const cellwright = (...args: string[]): Promise<{ stdout: string }> =>
  run('npx', ['--no-install', 'cellwright', ...args], { cwd: project.folder });

beforeAll(async () => {
  project = new Project();
  await project.install();
  ({ stdout: told } = await cellwright('init'));
});
afterAll(() => project[Symbol.dispose]());

test('the package.json that npm install made gets what it lacks', async () => {
  expect(told).toContain('package.json: added type, engines.node, scripts.synth, scripts.validate, scripts.policy\n');
  const { stdout } = await run('npm', ['run', '--silent', 'validate'], { cwd: project.folder });
  expect(stdout).toBe('no problems\n');
});

test('an empty folder becomes a repository that synthesizes at once', async () => {
  await cellwright('synth');
  const tree = treeOf(path.join(project.folder, 'dist'));
  expect(Object.keys(tree)).toEqual([
    'fleet/00-profiles.yaml',
    'fleet/10-bundles.yaml',
    'platform/00-crds.yaml',
    'platform/10-namespace.yaml',
    'platform/20-rbac.yaml',
    'platform/25-admission.yaml',
    'platform/30-runner.yaml',
    'tenants/hello/tenant-gateway.yaml',
  ]);
  expect(tree['platform/30-runner.yaml']).toContain(`image: ghcr.io/cellwright/runner:${manifest.version}`);
});

test('the pages that its files name are there', () => {
  const profile = readFileSync(path.join(project.folder, 'fleet', 'profiles', 'default.yaml'), 'utf8');
  const [page = ''] = /node_modules\S+\.md/.exec(profile) ?? [];
  expect(readFileSync(path.join(project.folder, page), 'utf8')).toContain('# GatewayProfile');
});

test('the policy of that repository answers as its cases say', async () => {
  expect((await cellwright('policy', 'test')).stdout).toBe('4 passed, 0 failed\n');
});

test('the cdk8s app of that repository writes the same files', async () => {
  await cellwright('synth');
  await run('node', ['main.ts'], { cwd: project.folder, env: { CDK8S_OUTDIR: 'app-dist' } });
  expect(treeOf(path.join(project.folder, 'app-dist'))).toEqual(treeOf(path.join(project.folder, 'dist')));
});

test('a configuration in code shares the construct libraries of the command', async () => {
  writeFileSync(
    path.join(project.folder, 'fleet', 'fleet.config.ts'),
    `import { Lazy } from 'cdk8s';
     import { ConfigMap } from 'cdk8s-plus-28';
     import { defineFleet, type TenantCell } from 'cellwright';

     export default defineFleet({
       extendCell(cell: TenantCell, { tenant }) {
         const data = { tenant: Lazy.any({ produce: () => tenant.name }) as unknown as string };
         new ConfigMap(cell, 'notes', { metadata: { name: 'notes', namespace: cell.namespace }, data });
       },
     });`,
  );
  await cellwright('synth', '--delivery', 'rendered', '--out', 'review');
  const config = treeOf(path.join(project.folder, 'review'))['tenants/hello/20-config.yaml'] ?? '';
  const notes = (loadAll(config) as KubeObject[]).find(({ metadata }) => metadata.name === 'notes');
  // A lazy value of another copy of cdk8s would stand here unresolved.
  expect(notes?.['data']).toEqual({ tenant: 'hello' });
});

test('the installed command starts a control plane and stops it', async () => {
  const dir = path.join(project.folder, 'playground');
  const { stdout } = await cellwright('playground', 'up', '--dir', dir);
  expect(stdout).toContain(path.join(dir, 'kubeconfig'));
  await cellwright('playground', 'down', '--dir', dir);
  await run('npx', ['--no-install', 'cellwright', 'playground', 'status', '--dir', dir], {
    cwd: project.folder,
    exitCode: 1,
  });
});

test('the command says its version, and exits 2 for what it does not know', async () => {
  expect((await cellwright('--version')).stdout.trim()).toBe(manifest.version);
  const { stderr } = await run('npx', ['--no-install', 'cellwright', 'sinth'], { cwd: project.folder, exitCode: 2 });
  expect(stderr).toContain("unknown command 'sinth'");
});

test('a Node.js that is too old is told so, and not by an error of what it cannot load', async () => {
  const own = path.join('node_modules', 'cellwright', manifest.bin['cellwright'] ?? '');
  const { stdout, stderr } = await run('node', [own, 'synth'], { cwd: project.folder, node: node20, exitCode: 3 });
  expect([stdout, stderr]).toEqual([
    '',
    expect.stringMatching(/^cellwright needs Node >= 22\.19, this is v20\.[0-9.]+: .*\n$/),
  ]);
});
