/** The fault tests for hours instead of minutes: the same tests with larger counts. Arguments go to jest. */
import { spawn } from 'node:child_process';
import path from 'node:path';

const counts = {
  FAULT_SOAK: '1',
  FAULT_ROUNDS: '30',
  FAULT_KILLS: '1000',
  FAULT_HANDOVERS: '100',
  FAULT_PAUSES: '100',
};
const test = path.join(import.meta.dirname, 'test.js');
const child = spawn(process.execPath, [test, '--selectProjects', 'fault', ...process.argv.slice(2)], {
  stdio: 'inherit',
  // What the caller set wins.
  env: { ...counts, ...process.env },
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
});
