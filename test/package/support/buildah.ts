/** Images, built and run by buildah in a storage of their own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { node24 } from './node-versions.ts';
import { run } from './run.ts';
import type { Output, RunOptions } from './run.ts';

/** What the tests read of an image's configuration. */
export interface ImageConfig {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
}

/** A container. */
export interface Container {
  /** Runs the image's entry point with other arguments, as the image's user. */
  readonly run: (args: readonly string[], options?: Pick<RunOptions, 'exitCode'>) => Promise<Output>;
  /** Puts a folder of this machine into it. */
  readonly add: (folder: string, target: string) => Promise<void>;
  /** Every file in it. */
  readonly files: () => Promise<string[]>;
}

/** Containers and images below one temporary folder; removed at the end. */
export class Buildah implements Disposable {
  readonly #folder: string;

  constructor() {
    if (spawnSync('buildah', ['--version']).status !== 0) {
      throw new Error('buildah is missing: install it (Debian: apt-get install buildah), then run the tests again');
    }
    this.#folder = mkdtempSync(path.join(tmpdir(), 'cellwright-buildah-'));
  }

  /** An image from nothing but the pinned Node.js and the libraries that it names: what the real base has, made here. */
  async base(): Promise<string> {
    const root = path.join(this.#folder, 'base');
    const node = realpathSync(path.join(node24, 'node'));
    const libraries = execFileSync('ldd', [node], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
    const files = [[node, '/nodejs/bin/node'], ...[...libraries].map(([, library = '']) => [library, library])];
    for (const [source = '', target = ''] of files) {
      mkdirSync(path.dirname(path.join(root, target)), { recursive: true });
      cpSync(realpathSync(source), path.join(root, target));
    }
    mkdirSync(path.join(root, 'tmp'));
    chmodSync(path.join(root, 'tmp'), 0o1777);
    return this.#imageOf(root, 'localhost/base');
  }

  /** What the image of opa has: the program, at /opa. */
  async opa(program: string): Promise<string> {
    const root = path.join(this.#folder, 'opa');
    mkdirSync(root);
    cpSync(realpathSync(program), path.join(root, 'opa'));
    return this.#imageOf(root, 'localhost/opa');
  }

  #imageOf(root: string, tag: string): Promise<string> {
    const file = path.join(this.#folder, 'Dockerfile');
    writeFileSync(file, 'FROM scratch\nCOPY . /\n');
    return this.build(root, tag, ['--file', file]);
  }

  /** Builds the Dockerfile of a folder. */
  async build(folder: string, tag: string, args: readonly string[]): Promise<string> {
    await this.#buildah(['build', '--isolation', 'chroot', '--pull-never', '--tag', tag, ...args, folder]);
    return tag;
  }

  async config(image: string): Promise<ImageConfig> {
    const { stdout } = await this.#buildah(['inspect', '--type', 'image', image]);
    return (JSON.parse(stdout) as { OCIv1: { config: ImageConfig } }).OCIv1.config;
  }

  /** A container with an image's files. */
  async container(image: string): Promise<Container> {
    const { stdout } = await this.#buildah(['from', '--pull-never', image]);
    const name = stdout.trim();
    const { Entrypoint } = await this.config(image);
    return {
      run: (args, options) =>
        this.#buildah(['run', '--isolation', 'chroot', name, '--', ...Entrypoint, ...args], options),
      add: async (folder, target) => {
        await this.#buildah(['copy', name, folder, target]);
      },
      files: async () => {
        const mounted = (await this.#buildah(['mount', name])).stdout.trim();
        return (await run('find', ['.', '-type', 'f'], { cwd: mounted })).stdout.trim().split('\n').sort();
      },
    };
  }

  #buildah(args: readonly string[], options: Pick<RunOptions, 'exitCode'> = {}): Promise<Output> {
    const storage = ['--storage-driver', 'vfs', '--root', path.join(this.#folder, 'root')];
    const own = [...storage, '--runroot', path.join(this.#folder, 'run')];
    return run('buildah', [...own, ...args], { cwd: path.resolve('.'), ...options });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
