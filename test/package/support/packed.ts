/** The package as npm would publish it. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.ts';

const folder = path.resolve('build/packed');

/** What the tests read of package.json. */
export interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

export const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

/** The tarball that {@link pack} makes before the tests. */
export const tarball = path.join(folder, `cellwright-${manifest.version}.tgz`);

/** Builds and packs. */
export async function pack(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run('npm', ['pack', '--pack-destination', folder], { cwd: path.resolve('.') });
}
