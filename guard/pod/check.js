/**
 * Last step before the gateway starts: OpenClaw itself says that the configuration is valid and that the guard loads.
 * A guard that does not load would leave a gateway that is ready and asks nobody, so this step fails the pod instead.
 * Usage: node check.js /path/to/openclaw.mjs
 */
import { spawnSync } from 'node:child_process';

const pluginId = 'cellwright-guard';
const openclaw = process.argv[2];
if (openclaw === undefined) {
  fail('usage: check.js OPENCLAW');
}

const config = run(['config', 'validate', '--json']);
if (config.status !== 0) {
  fail(`openclaw refuses the configuration: ${config.stdout || config.stderr}`);
}
const plugin = run(['plugins', 'inspect', pluginId, '--runtime', '--json']);
const state = plugin.status === 0 ? statusOf(plugin.stdout) : undefined;
if (state !== 'loaded') {
  fail(`the guard does not load (${state ?? `exit ${plugin.status}`}): ${plugin.stderr || plugin.stdout}`);
}
process.stdout.write('configuration valid, guard loads\n');

/** @param {string[]} args */
function run(args) {
  return spawnSync(process.execPath, [String(openclaw), ...args], { encoding: 'utf8', timeout: 120000 });
}

/** @param {string} text @returns {unknown} */
function statusOf(text) {
  return JSON.parse(text)?.plugin?.status;
}

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message.trim()}\n`);
  process.exit(1);
}
