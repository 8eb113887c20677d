/**
 * Installs the plugins and skills of a tenant, in exact versions, before the gateway starts: OpenClaw itself runs with a
 * read-only configuration and refuses to. What is there in the wanted version already is left alone, so that a restart needs no registry.
 * Usage: node install.js /path/to/openclaw.mjs; CELLWRIGHT_PACKAGES names what to install, OPENCLAW_STATE_DIR where.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** @typedef {{ name: string, version: string }} Package */

const openclaw = process.argv[2];
const state = process.env.OPENCLAW_STATE_DIR;
if (openclaw === undefined || state === undefined) {
  fail('usage: OPENCLAW_STATE_DIR=DIR CELLWRIGHT_PACKAGES=JSON install.js OPENCLAW');
}
/** @type {{ plugins: Package[], skills: Package[] }} */
const wanted = JSON.parse(process.env.CELLWRIGHT_PACKAGES ?? '{"plugins":[],"skills":[]}');
const recordFile = path.join(state, '.cellwright-packages.json');
/** @type {Record<string, string>} */
const installed = existsSync(recordFile) ? JSON.parse(readFileSync(recordFile, 'utf8')) : {};
const scratch = mkdtempSync(path.join(tmpdir(), 'install-'));

for (const { name, version } of wanted.plugins) {
  // --force: OpenClaw asks before it installs what its own hub does not list.
  install(`plugin ${name}`, version, ['plugins', 'install', `npm:${name}@${version}`, '--force', '--pin']);
}
for (const { name, version } of wanted.skills) {
  install(`skill ${name}`, version, ['skills', 'install', name, '--version', version, '--global', '--force']);
}

/** @param {string} what @param {string} version @param {string[]} args */
function install(what, version, args) {
  if (installed[what] === version) {
    process.stdout.write(`${what} ${version} is there\n`);
    return;
  }
  // OpenClaw writes the installation into its configuration; this one is thrown away, the pod's own is read-only.
  const config = path.join(scratch, 'openclaw.json');
  writeFileSync(config, JSON.stringify({ gateway: { mode: 'local' } }));
  mkdirSync(path.join(scratch, 'npm'), { recursive: true });
  const { OPENCLAW_CONFIG_READONLY: _readonly, ...environment } = process.env;
  const result = spawnSync(process.execPath, [String(openclaw), ...args], {
    encoding: 'utf8',
    timeout: 600000,
    env: { ...environment, OPENCLAW_CONFIG_PATH: config, npm_config_cache: path.join(scratch, 'npm') },
  });
  if (result.status !== 0) {
    fail(`${what} ${version} cannot be installed: ${result.stderr || result.stdout || result.error?.message}`);
  }
  installed[what] = version;
  writeFileSync(`${recordFile}.new`, JSON.stringify(installed));
  renameSync(`${recordFile}.new`, recordFile);
  process.stdout.write(`${what} ${version} installed\n`);
}

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message.trim()}\n`);
  process.exit(1);
}
