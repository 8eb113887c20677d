/**
 * What still holds once policy allows a tool that runs code, which runs as the gateway itself: what is mounted read-only,
 * OPA's own door, one gateway a volume, and the closed list of plugins (ids: docs/security.md).
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AgentCell, people } from './support/agent-cell.ts';
import { invokeTool, programsMs, untilProbe } from './support/cell.ts';

let cell: AgentCell;
let runs = 0;

beforeAll(async () => {
  cell = await AgentCell.start({
    rules: { tools: { allow: ['exec', 'process', 'session_status', 'agents_list'], deny: ['agents_list'] } },
    config: { tools: { exec: { mode: 'full' } } },
    // OpenClaw looks at the modes of the guard's folder and of its first file, and at no other.
    before: (pod) => chmodSync(path.join(pod.volume('guard'), 'tool-gate.js'), 0o666),
  });
}, programsMs);

afterAll(async () => {
  await cell[Symbol.asyncDispose]();
});

/** What a command prints that the agent runs, its exit code behind it. */
async function shell(command: string): Promise<string> {
  runs += 1;
  const marker = `run number ${runs}.`;
  const script = `(${command}) > out-${runs}.txt 2>&1; echo "code $?" >> out-${runs}.txt`;
  cell.model.script(marker, { call: 'exec', with: { command: script } }, { say: `${marker} over` });
  cell.telegram.write(people.ann, marker);
  await cell.telegram.untilSent(people.ann, `${marker} over`);
  return readFileSync(cell.workspace(`out-${runs}.txt`), 'utf8');
}

const isGated = async (): Promise<boolean> => (await invokeTool(cell.pod, 'agents_list')).status === 403;

test('exec-runs: the command runs at all, so that the rest says something', async () => {
  expect(await shell('id -u')).toBe('1000\ncode 0\n');
});

const readOnly = [
  '/opt/cellwright/guard/index.js',
  '/etc/cellwright/openclaw/openclaw.json',
  '/run/cellwright/opa-token',
  '/run/cellwright-credentials/FAKE_API_KEY',
  '/app/openclaw.mjs',
];

test.each(readOnly)('exec-edit: cannot change %s', async (file) => {
  expect(await shell(`echo x >> ${file} || rm ${file} || mv ${file} ${file}.old`)).not.toContain('code 0');
  expect(await isGated()).toBe(true);
});

test('exec-writable: cannot change a file of the guard whose mode lets everybody write', async () => {
  const gate = '/opt/cellwright/guard/tool-gate.js';
  expect(await shell(`stat -c %a ${gate}; echo x >> ${gate}`)).toMatch(/^666\n.*Read-only file system/);
  expect(await isGated()).toBe(true);
});

test('exec-opa: with the token of OPA it can ask, and change nothing', async () => {
  const base = cell.pod.url(8181);
  const ask = (method: string, where: string): string =>
    `node -e 'fetch("${base}${where}", {method: "${method}", headers: {authorization: "Bearer " + require("fs").readFileSync("/run/cellwright/opa-token", "utf8")}, body: "GET" === "${method}" ? undefined : "{}"}).then((r) => console.log(r.status))'`;
  expect(await shell(ask('PUT', '/v1/policies/x'))).toBe('401\ncode 0\n');
  expect(await shell(ask('PATCH', '/v1/data'))).toBe('401\ncode 0\n');
  expect(await shell(ask('DELETE', '/v1/data/policy'))).toBe('401\ncode 0\n');
  expect(await shell(ask('GET', '/v1/data/cellwright_runtime'))).toBe('401\ncode 0\n');
  expect(await shell(ask('POST', '/v1/data/cellwright/revision'))).toBe('200\ncode 0\n');
});

test('exec-second: a second gateway on the same state does not start', async () => {
  const told = await shell(
    'OPENCLAW_CONFIG_PATH=/tmp/other.json; echo "{}" > /tmp/other.json; timeout 60 node /app/openclaw.mjs gateway run --port 19999',
  );
  expect(told).not.toContain('code 0\n');
  expect(await isGated()).toBe(true);
});

test('exec-plugin: a plugin that it leaves in the workspace or the state is not loaded after a restart', async () => {
  const state = path.join(cell.workspace('..'));
  const places = [
    path.join(state, 'workspace', '.openclaw', 'extensions', 'planted'),
    path.join(state, 'extensions', 'planted'),
    path.join(state, 'plugins', 'planted'),
    path.join(state, 'workspace', '.openclaw', 'extensions', 'slack'),
  ];
  for (const place of places) {
    const id = path.basename(place);
    mkdirSync(place, { recursive: true });
    const manifest = { id, activation: { onStartup: true }, configSchema: { type: 'object' } };
    writeFileSync(path.join(place, 'openclaw.plugin.json'), JSON.stringify(manifest));
    const pkg = { name: id, version: '1.0.0', type: 'module', openclaw: { extensions: ['./index.js'] } };
    writeFileSync(path.join(place, 'package.json'), JSON.stringify(pkg));
    const mark = JSON.stringify(path.join('/home/node/.openclaw', `planted-${places.indexOf(place)}`));
    writeFileSync(
      path.join(place, 'index.js'),
      `import { writeFileSync } from 'node:fs';\nwriteFileSync(${mark}, 'x');\nexport default { id: '${id}', register() {} };\n`,
    );
  }
  await cell.pod.kill('gateway', 'SIGKILL');
  cell.pod.start('gateway');
  await untilProbe(cell.pod, { probe: 'startupProbe', status: 200, seconds: 150 });
  expect(await isGated()).toBe(true);
  expect(places.map((_, index) => existsSync(path.join(state, `planted-${index}`)))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
