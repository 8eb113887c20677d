/** Ways around the guard from a chat, from the model, and with the gateway's own token (ids: docs/security.md). */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AgentCell, people } from './support/agent-cell.ts';
import { invokeTool, programsMs } from './support/cell.ts';
import type { Turn } from './support/model-wire.ts';

let cell: AgentCell;
let configuration: string;

beforeAll(async () => {
  cell = await AgentCell.start({
    rules: { tools: { allow: ['*'], deny: ['exec', 'process', 'web_fetch', 'agents_list'] } },
    config: { commands: { ownerAllowFrom: [`telegram:${people.ann}`] } },
  });
  configuration = readFileSync(configFile(), 'utf8');
}, programsMs);

afterAll(async () => {
  await cell[Symbol.asyncDispose]();
});

const configFile = (): string => path.join(cell.pod.volume('config'), 'openclaw.json');

/** The model does something and is told what came of it. */
async function attempt(marker: string, turn: Turn): Promise<string> {
  cell.model.script(marker, turn, { say: `${marker} is over` });
  cell.telegram.write(people.ann, marker);
  await cell.telegram.untilSent(people.ann, `${marker} is over`);
  return cell.model.toolResult(marker);
}

describe('a chat', () => {
  const commands: readonly (readonly [string, string])[] = [
    ['chat-config', '/config set tools.exec.mode full'],
    ['chat-plugins', '/plugins enable browser'],
    ['chat-mcp', '/mcp set x={"command":"touch","args":["mcp.txt"]}'],
    ['chat-bash', '/bash touch bash.txt'],
    ['chat-debug', '/debug set tools.exec.mode=full'],
    ['chat-restart', '/restart'],
  ];

  test.each(commands)('%s: %s, sent by an owner, changes and runs nothing', async (_id, text) => {
    const before = cell.telegram.sent.length;
    cell.telegram.write(people.ann, text);
    await cell.telegram.untilSentAfter(people.ann, before);
    expect(readFileSync(configFile(), 'utf8')).toBe(configuration);
    expect(['mcp.txt', 'bash.txt'].filter((file) => existsSync(cell.workspace(file)))).toEqual([]);
    expect(await cell.pod.probe('gateway', 'readinessProbe')).toBe(200);
    expect((await invokeTool(cell.pod, 'agents_list')).status).toBe(403);
  });
});

describe('a model', () => {
  test('model-tools: is offered no tool that changes the gateway', async () => {
    await attempt('what is there', { call: 'session_status', with: {} });
    const offered = new Set(cell.model.requests.flatMap(({ tools }) => tools));
    const changing = ['gateway', 'plugins', 'openclaw', 'automations', 'cron', 'nodes', 'secrets', 'terminal'];
    expect(changing.filter((tool) => offered.has(tool))).toEqual([]);
    expect(['tool_search_code', 'code_execution'].filter((tool) => offered.has(tool))).toEqual([]);
  });

  const calls: readonly (readonly [string, Turn])[] = [
    ['name-alias: bash for exec', { call: 'bash', with: { command: 'touch alias.txt' } }],
    ['name-case: Exec', { call: 'Exec', with: { command: 'touch alias.txt' } }],
    ['name-blank: exec with a blank', { call: ' exec ', with: { command: 'touch alias.txt' } }],
    ['name-look-alike: exec with a Cyrillic letter', { call: 'ex\u0435c', with: { command: 'touch alias.txt' } }],
    ['name-meta: tool_call of exec', { call: 'tool_call', with: { id: 'exec', args: { command: 'touch alias.txt' } } }],
    ['tool-gateway: a tool that is not offered', { call: 'gateway', with: { action: 'config.patch', raw: '{}' } }],
    ['tool-cron: a job of the clock', { call: 'cron', with: { action: 'add', job: {} } }],
  ];

  // By the gateway's own method: what a model gets for a name that no tool has ends some runs without an answer.
  test.each(calls)('%s does nothing', async (name, turn) => {
    const marker = `try ${name.slice(0, name.indexOf(':'))}`;
    cell.model.script(marker, turn, { say: 'over' });
    await cell.rpc.runAgent(marker);
    expect(cell.model.requestsFor(marker).length).toBeGreaterThan(0);
    expect(existsSync(cell.workspace('alias.txt'))).toBe(false);
    expect(readFileSync(configFile(), 'utf8')).toBe(configuration);
  });

  const secrets = [
    '/run/cellwright/opa-token',
    '/run/cellwright-credentials/FAKE_API_KEY',
    '/proc/self/environ',
    '/etc/cellwright/openclaw/openclaw.json',
    '../openclaw.json',
    '../agents/main/agent/auth-profiles.json',
  ];

  test.each(secrets)('read-out: reads nothing beside the workspace: %s', async (file) => {
    const told = await attempt(`read ${secrets.indexOf(file)}`, { call: 'read', with: { path: file } });
    expect(told).not.toMatch(/a-model-key|FAKE_API_KEY=|cellwright-guard|[0-9a-f]{64}/);
    expect(told).toMatch(/outside|escapes|not allowed|denied|error/i);
  });

  test('read-link: follows no link out of the workspace', async () => {
    symlinkSync('/run/cellwright', cell.workspace('way-out'));
    const told = await attempt('read the link', { call: 'read', with: { path: 'way-out/opa-token' } });
    expect(told).not.toMatch(/[0-9a-f]{64}/);
  });

  test('write-out: writes nothing beside the workspace', async () => {
    await attempt('write beside', { call: 'write', with: { path: '../beside.txt', content: 'x' } });
    await attempt('write guard', { call: 'write', with: { path: '/opt/cellwright/guard/index.js', content: 'x' } });
    expect(existsSync(path.join(cell.workspace('..'), 'beside.txt'))).toBe(false);
    expect(await cell.pod.probe('gateway', 'readinessProbe')).toBe(200);
  });
});

describe('who holds the gateway token', () => {
  const methods: readonly (readonly [string, object])[] = [
    ['config.patch', { raw: '{"tools":{"elevated":{"enabled":true}}}', baseHash: 'x' }],
    ['config.set', { raw: '{}', baseHash: 'x' }],
    ['config.apply', { raw: '{}', baseHash: 'x' }],
    ['agents.create', { name: 'other', workspace: '/tmp/other' }],
  ];

  test.each(methods)('rpc: cannot call %s', async (method, params) => {
    await expect(cell.rpc.call(method, params)).rejects.toThrow();
    expect(readFileSync(configFile(), 'utf8')).toBe(configuration);
  });

  test('params-long: gets no call with parameters of 1.5 MB past policy', async () => {
    const { status } = await invokeTool(cell.pod, 'session_status', { args: { note: 'x'.repeat(1_500_000) } });
    expect([403, 413]).toContain(status);
  });

  test.each(['exec', 'EXEC', 'ex\u0435c', ' exec', 'bash', 'web_fetch'])(
    'invoke-name: gets nothing by %j',
    async (tool) => {
      expect([400, 403, 404]).toContain((await invokeTool(cell.pod, tool, { args: { command: 'touch x' } })).status);
    },
  );
});

describe('a signal', () => {
  test.each(['SIGUSR1', 'SIGUSR2'] as const)(
    'signal: %s neither restarts the gateway nor opens a debugger',
    async (signal) => {
      const uptime = async (): Promise<string> => (await invokeTool(cell.pod, 'session_status')).body;
      await uptime();
      cell.pod.signalProgram('gateway', signal);
      expect((await invokeTool(cell.pod, 'agents_list')).status).toBe(403);
      expect(await cell.pod.probe('gateway', 'readinessProbe')).toBe(200);
      await expect(fetch('http://127.0.0.1:9229/json')).rejects.toThrow();
    },
  );
});
