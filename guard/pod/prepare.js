/**
 * First step of a gateway pod: the folders inside its volumes, OPA's token, and the seeds of the workspace.
 * Runs as the gateway's user, before anything of the tenant runs.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const volumes = {
  state: '/volume/state',
  tmp: '/scratch/tmp',
  guard: '/runtime/guard',
  opa: '/runtime/opa',
  seeds: '/etc/cellwright/workspace/seeds.json',
};

// The prefix is for tests, which have no root file system of their own.
const root = process.argv[2] ?? '/';
prepare(root);

/** @param {string} root */
function prepare(root) {
  const at = (/** @type {keyof typeof volumes} */ name) => path.join(root, volumes[name]);
  makeFolder(at('state'), 0o700);
  makeFolder(path.join(at('state'), 'workspace'), 0o700);
  makeFolder(path.join(at('state'), 'cache'), 0o700);
  makeFolder(path.join(at('state'), 'logs'), 0o700);
  // OpenClaw wants the sticky bit on /tmp, which the root of an emptyDir does not have.
  makeFolder(at('tmp'), 0o1777);
  makeFolder(at('guard'), 0o700);
  makeFolder(at('opa'), 0o700);
  writeToken(at('guard'), at('opa'));
  if (existsSync(at('seeds'))) {
    seed(at('seeds'), path.join(at('state'), 'workspace'));
  }
}

/** @param {string} folder @param {number} mode */
function makeFolder(folder, mode) {
  mkdirSync(folder, { recursive: true });
  // mkdir's mode is cut by the umask and says nothing of a folder that was there.
  chmodSync(folder, mode);
}

/**
 * A token for this pod's life. A restarted init step keeps it: OPA and the gateway may have read it already.
 * @param {string} guardFolder @param {string} opaFolder
 */
function writeToken(guardFolder, opaFolder) {
  const tokenFile = path.join(guardFolder, 'opa-token');
  const dataFile = path.join(opaFolder, 'token.json');
  if (existsSync(tokenFile) && existsSync(dataFile)) {
    return;
  }
  const token = randomBytes(32).toString('hex');
  // A step that was killed between the two left one of them, which is read-only even to its owner.
  rmSync(dataFile, { force: true });
  rmSync(tokenFile, { force: true });
  writeFileSync(dataFile, JSON.stringify({ cellwright_runtime: { token } }), { mode: 0o400 });
  writeFileSync(tokenFile, token, { mode: 0o400 });
}

/**
 * Writes each seed that is not there yet; what the agent edited stays.
 * @param {string} seedsFile @param {string} workspace
 */
function seed(seedsFile, workspace) {
  /** @type {{ path: string, content: string }[]} */
  const seeds = JSON.parse(readFileSync(seedsFile, 'utf8'));
  for (const { path: name, content } of seeds) {
    const target = path.join(workspace, name);
    if (!existsSync(target)) {
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, content, { flag: 'wx', mode: 0o600 });
    }
  }
}
