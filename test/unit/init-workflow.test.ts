/** The CI example of `cellwright init`, on a real git repository. */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { template } from '../../cli/init/template.ts';

interface Workflow {
  readonly jobs: { readonly synth: { readonly steps: readonly { readonly run?: string }[] } };
}
const workflow = load(template('0.1.0')['.github/workflows/fleet.yaml'] ?? '') as Workflow;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cellwright-workflow-'));
  git('init', '--quiet');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function git(...args: readonly string[]): void {
  const author = ['-c', 'user.name=someone', '-c', 'user.email=someone@example.com'];
  execFileSync('git', [...author, ...args], { cwd: folder });
}

function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'a change');
}

/** A file of a tenant, as a synth would leave it. */
function synthesized(tenant: string): string {
  const file = path.join(folder, 'dist', 'tenants', tenant, 'tenant-gateway.yaml');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `metadata: { name: ${tenant} }\n`);
  return file;
}

/** The last step, as GitHub runs it. */
function lastStep(): { readonly code: number | null; readonly shown: string } {
  const script = workflow.jobs.synth.steps.at(-1)?.run ?? '';
  const { status, stdout } = spawnSync('bash', ['-e', '-c', script], { cwd: folder, encoding: 'utf8' });
  return { code: status, shown: stdout };
}

test('it synthesizes, and then looks at what git says of dist/', () => {
  const runs = workflow.jobs.synth.steps.flatMap(({ run }) => run ?? []);
  expect(runs.slice(0, -1)).toEqual([
    'npm ci',
    'npx cellwright validate fleet',
    'npx cellwright policy test',
    'npx cellwright synth',
  ]);
});

test('a dist/ that was committed passes', () => {
  synthesized('hello');
  commit();
  expect(lastStep()).toEqual({ code: 0, shown: '' });
});

test('a file of dist/ that would change does not pass, nor one that would go', () => {
  const [changed, gone] = [synthesized('changed'), synthesized('gone')];
  commit();
  appendFileSync(changed, 'spec: {}\n');
  rmSync(gone);
  expect(lastStep()).toEqual({
    code: 1,
    shown: ' M dist/tenants/changed/tenant-gateway.yaml\n D dist/tenants/gone/tenant-gateway.yaml\n',
  });
});

test('a new tenant whose files nobody committed does not pass, nor a dist/ that was never committed', () => {
  synthesized('new');
  expect(lastStep()).toEqual({ code: 1, shown: '?? dist/tenants/new/tenant-gateway.yaml\n' });
  commit();
  synthesized('newer');
  expect(lastStep()).toEqual({ code: 1, shown: '?? dist/tenants/newer/tenant-gateway.yaml\n' });
});
