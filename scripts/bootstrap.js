/**
 * Installs what package-lock.json names when node_modules is missing or older than the lock, so that `npm start` and
 * `npm test` work on a fresh clone. Plain JavaScript that Node 20 runs: the pinned Node 24 comes with the install.
 * A script of its own (`pre…`), because a shell remembers where it found `node` before the install.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const stamp = path.join(root, 'node_modules', '.cellwright-bootstrap');
const lockHash = createHash('sha256')
  .update(readFileSync(path.join(root, 'package-lock.json')))
  .digest('hex');
const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';

if (installed !== lockHash) {
  install();
  requirePinnedNode();
  writeFileSync(stamp, lockHash);
}

/** Runs `npm ci` with its output shown; a failure ends the script with npm's own message above ours. */
function install() {
  const started = Date.now();
  process.stderr.write('cellwright: installing the locked dependencies (npm ci, about a minute the first time)\n');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    process.stderr.write('cellwright: npm ci failed (see above); fix the cause and run the command again\n');
    process.exit(3);
  }
  process.stderr.write(`cellwright: dependencies ready after ${Math.round((Date.now() - started) / 1000)} s\n`);
}

/** The npm package `node` brings its binary by an install script; without it every later script would run on the old Node. */
function requirePinnedNode() {
  const binary = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  const wanted = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).devDependencies.node;
  const found = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (found !== `v${wanted}`) {
    process.stderr.write(
      `cellwright: the pinned Node v${wanted} is not in node_modules (found ${found ?? 'none'}). ` +
        'Its binary comes from an install script: run `npm ci --ignore-scripts=false`, then the command again\n',
    );
    process.exit(3);
  }
}
