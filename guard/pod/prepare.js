/**
 * First step of a gateway pod: the folders inside its volumes, what OPA must know of this pod, and the seeds of the workspace.
 * Runs as the gateway's user, before anything of the tenant runs.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const volumes = {
  // Beside the folder that the gateway mounts, so that no tool of the tenant reads it.
  logKey: '/volume/log-key',
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
  writeRuntimeData(at('guard'), at('opa'), logKey(at('logKey')));
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
 * @param {string} guardFolder @param {string} opaFolder @param {string} logKey
 */
function writeRuntimeData(guardFolder, opaFolder, logKey) {
  const tokenFile = path.join(guardFolder, 'opa-token');
  const dataFile = path.join(opaFolder, 'runtime.json');
  if (existsSync(tokenFile) && existsSync(dataFile)) {
    return;
  }
  const token = randomBytes(32).toString('hex');
  // A step that was killed between the two left one of them, which is read-only even to its owner.
  rmSync(dataFile, { force: true });
  rmSync(tokenFile, { force: true });
  writeFileSync(dataFile, JSON.stringify({ cellwright_runtime: { token, logKey } }), { mode: 0o400 });
  writeFileSync(tokenFile, token, { mode: 0o400 });
}

/**
 * Key of the hashes under which the decision log may show people; it lives as long as the volume, so that a person
 * stays the same one over restarts.
 * @param {string} file
 */
function logKey(file) {
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, randomBytes(32).toString('hex'), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return readFileSync(file, 'utf8');
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
