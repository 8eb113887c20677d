/** The runner's image: built from the Dockerfile for real, and run. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runnerArguments } from '../../constructs/platform/runner-container.ts';
import { synthesizePlatform } from '../../constructs/platform/synthesize-platform.ts';
import { opaVersion } from '../../opa/find-opa.ts';
import { opaBuildMs, realOpa } from '../rego/support/opa.ts';
import { Buildah } from './support/buildah.ts';
import type { Container } from './support/buildah.ts';
import { manifest } from './support/packed.ts';

const args = runnerArguments({ namespace: 'cellwright-system' });

describe('the runner’s image', () => {
  let buildah: Buildah;
  let image: string;
  let container: Container;
  beforeAll(async () => {
    buildah = new Buildah();
    const stages = { BASE: await buildah.base(), OPA: await buildah.opa(await realOpa()) };
    const args = Object.entries(stages).flatMap(([name, tag]) => ['--build-arg', `${name}=${tag}`]);
    image = await buildah.build(path.resolve('.'), 'localhost/runner', args);
    container = await buildah.container(image);
  }, opaBuildMs);
  afterAll(() => buildah[Symbol.dispose]());

  test('runs the command of this version', async () => {
    expect((await container.run(['--version'])).stdout.trim()).toBe(manifest.version);
  });

  test('takes the arguments of the Deployment, and says what is missing where there is no cluster', async () => {
    const { stderr } = await container.run(args, { exitCode: 3 });
    expect(stderr).toContain('cellwright: No cluster is named');
  });

  test('tells about an argument that it does not know', async () => {
    const { stderr } = await container.run([...args, '--unknown'], { exitCode: 2 });
    expect(stderr).toContain("unknown option '--unknown'");
  });

  test('judges Rego by its own opa, without a shell', async () => {
    expect((await container.files()).filter((name) => /\/(ba|da)?sh$/.test(name))).toEqual([]);
    const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-image-'));
    const bundle = (rego: string): object => ({
      apiVersion: 'cellwright.dev/v1alpha1',
      kind: 'PolicyBundle',
      metadata: { name: 'acme' },
      spec: { rego },
    });
    try {
      for (const kind of ['profiles', 'bundles', 'tenants']) mkdirSync(path.join(folder, kind));
      const verdictOn = async (rego: string, exitCode: number): Promise<string> => {
        writeFileSync(path.join(folder, 'bundles', 'acme.yaml'), JSON.stringify(bundle(rego)));
        await container.add(folder, '/fleet');
        const { stdout, stderr } = await container.run(['validate', '/fleet'], { exitCode });
        return stdout + stderr;
      };
      expect(await verdictOn('deny contains "x" if input.name == "exec"', 0)).toContain('no problems');
      expect(await verdictOn('deny contains "x" if http.send({})', 1)).toContain('undefined function http.send');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('takes the opa of the version that cells run', () => {
    expect(readFileSync('Dockerfile', 'utf8')).toContain(
      `\nARG OPA=docker.io/openpolicyagent/opa:${opaVersion}-static\n`,
    );
  });

  test('runs as the user of the Deployment, by number', async () => {
    const deployment = JSON.stringify(synthesizePlatform({ version: '1' }).find(({ kind }) => kind === 'Deployment'));
    const [user] = (await buildah.config(image)).User.split(':');
    expect(Number(user)).toBeGreaterThan(0);
    expect(deployment).toContain(`"runAsUser":${user ?? ''}`);
  });

  test('writes nothing to its file system', async () => {
    const fresh = await buildah.container(image);
    const before = await fresh.files();
    await fresh.run(['runner', '--help']);
    // buildah itself makes files for the network there.
    expect((await fresh.files()).filter((name) => !name.startsWith('./etc/'))).toEqual(before);
  });

  test('holds the command and its data, and nothing else of this repository', async () => {
    const files = (await container.files()).filter((name) => name.startsWith('./app/'));
    expect(files).toEqual(
      expect.arrayContaining(['./app/build/cli/cellwright.js', './app/guard/index.js', './app/policy/decision.rego']),
    );
    const known = /^\.\/app\/(package\.json|build\/cli\/|guard\/|policy\/|constructs\/cell\/config-schema\/data\/)/;
    expect(files.filter((name) => !known.test(name) || name.endsWith('_test.rego'))).toEqual([]);
  });
});
