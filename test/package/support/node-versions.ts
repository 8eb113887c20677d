/** The Node.js versions that the package is tried on. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const cache = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'cellwright', 'test');
const node20Version = '20.20.2';
const node20Home = path.join(cache, `node-${node20Version}`);

/** Folder with the `node` that this repository pins. */
export const node24 = path.resolve('node_modules/node/bin');

/** Folder with a `node` 20, the oldest that must load the constructs. */
export const node20 = path.join(node20Home, 'node_modules', 'node', 'bin');

/** Fetches Node.js 20 as an npm package, once for this user. */
export function installNode20(tell: (line: string) => void): void {
  if (!existsSync(path.join(node20, 'node'))) {
    tell(`fetching Node.js ${node20Version}`);
    mkdirSync(node20Home, { recursive: true });
    writeFileSync(path.join(node20Home, 'package.json'), '{ "private": true }\n');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', `node@${node20Version}`], { cwd: node20Home });
  }
  const version = execFileSync(path.join(node20, 'node'), ['--version'], { encoding: 'utf8' }).trim();
  if (version !== `v${node20Version}`) {
    throw new Error(`${node20}/node is ${version}: remove ${node20Home} and run the tests again`);
  }
}
