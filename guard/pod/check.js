/**
 * Last step before the gateway starts: OpenClaw itself says that the configuration is valid and that the guard loads.
 * A guard that does not load would leave a gateway that is ready and asks nobody, so this step fails the pod instead.
 * Usage: node check.js /path/to/openclaw.mjs
 */
import { spawnSync } from 'node:child_process';

const pluginId = 'cellwright-guard';
const guardHooks = [
  'before_tool_call',
  'before_agent_run',
  'before_dispatch',
  'message_sending',
  'reply_payload_sending',
];
const openclaw = process.argv[2];
if (openclaw === undefined) {
  fail('usage: check.js OPENCLAW');
}

const config = run(['config', 'validate', '--json']);
if (config.status !== 0) {
  fail(`openclaw refuses the configuration: ${config.stdout || config.stderr}`);
}
const plugin = run(['plugins', 'inspect', pluginId, '--runtime', '--json']);
const report = plugin.status === 0 ? JSON.parse(plugin.stdout) : undefined;
if (report?.plugin?.status !== 'loaded') {
  fail(
    `the guard does not load (${report?.plugin?.status ?? `exit ${plugin.status}`}): ${plugin.stderr || plugin.stdout}`,
  );
}
/** @type {{ name: string, priority?: unknown }[]} */
const typedHooks = report.typedHooks;
// The hooks that gate have a place before or after all others; those that only count have none.
const registered = typedHooks.filter((hook) => 'priority' in hook).map(({ name }) => name);
// OpenClaw drops hooks that the configuration does not grant, and says nothing.
const dropped = guardHooks.filter((hook) => !registered.includes(hook));
if (dropped.length > 0) {
  fail(`the guard loads without its hooks ${dropped.join(', ')}: is hooks.allowConversationAccess set for it?`);
}
if (report.diagnostics.length > 0) {
  fail(`OpenClaw finds fault with the guard: ${JSON.stringify(report.diagnostics)}`);
}
process.stdout.write('configuration valid, guard loads\n');

/** @param {string[]} args */
function run(args) {
  return spawnSync(process.execPath, [String(openclaw), ...args], { encoding: 'utf8', timeout: 120000 });
}

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message.trim()}\n`);
  process.exit(1);
}
