/** Runs jest with the flag that ESM needs; every argument goes to jest. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
// What the runner did in each test, put together by scripts/count-reporter.js at the end.
const usage = mkdtempSync(path.join(tmpdir(), 'cellwright-usage-'));
const child = spawn(
  process.execPath,
  ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, CELLWRIGHT_USAGE_FOLDER: usage } },
);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => {
  rmSync(usage, { recursive: true, force: true });
  process.exitCode = signal ? 1 : (code ?? 1);
});
