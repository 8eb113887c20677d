/** Programs of the package tests: run to their end, with all they said in the error. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { node24 } from './node-versions.ts';

/** How a program is run. */
export interface RunOptions {
  readonly cwd: string;
  /** Folder whose `node` comes first on PATH. @default - the pinned one */
  readonly node?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit code that is expected. @default 0 */
  readonly exitCode?: number;
}

/** What a program said. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program; fails with its output when it ends otherwise than expected. */
export function run(program: string, args: readonly string[], options: RunOptions): Promise<Output> {
  const { cwd, node = node24, env = {}, exitCode = 0 } = options;
  const PATH = [node, process.env['PATH'] ?? ''].join(path.delimiter);
  // npm tells the programs it runs about itself; a project of its own must not hear of this repository.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config_local_prefix|package_|lifecycle_)/.test(name),
  );
  return new Promise((resolve, reject) => {
    const settings = { cwd, env: { ...Object.fromEntries(inherited), ...env, PATH }, maxBuffer: 64 * 2 ** 20 };
    execFile(program, [...args], settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (code === exitCode) {
        resolve({ stdout, stderr });
      } else {
        const ended = `${program} ${args.join(' ')} ended with ${String(code)} instead of ${exitCode}`;
        reject(new Error(`${ended}\n${stdout}\n${stderr}`, { cause: error }));
      }
    });
  });
}
