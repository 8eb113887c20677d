/**
 * Skills that shell out. A skill is a file in the workspace, so the agent can write one itself; its command in a chat may go
 * to a tool past the model. A plugin of the test has tools that run a line of shell (ids: docs/security.md).
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AgentCell, people } from './support/agent-cell.ts';
import { programsMs } from './support/cell.ts';
import { decisionsLike, untilDecided } from './support/decisions.ts';
import type { ModelRequest } from './support/model-server.ts';
import { plantPlugin } from './support/plant-plugin.ts';

const tools = ['allowed_line', 'denied_line', 'line_but_ben'];

const lines = `
import { spawnSync } from 'node:child_process';
const shell = (name) => ({
  name,
  description: 'Runs a line of shell.',
  parameters: { type: 'object', properties: { command: { type: 'string' } } },
  execute: async (_id, { command }) => {
    const { status } = spawnSync('sh', ['-c', command], { cwd: '/home/node/.openclaw/workspace' });
    return { content: [{ type: 'text', text: 'the line ended with ' + status }], details: {} };
  },
});
export default { id: 'lines', register: (api) => ${JSON.stringify(tools)}.forEach((name) => api.registerTool(shell(name))) };
`;

const rego = `deny contains "not ben" if {
  input.name == "line_but_ben"
  input.requester == "telegram:${people.ben}"
}`;

/** A skill whose command goes to a tool. */
const skill = (name: string, tool: string): string =>
  `---\nname: ${name}\ndescription: Leaves a file.\ncommand-dispatch: tool\ncommand-tool: ${tool}\n---\n\nLeaves a file.\n`;

/** Skills that are there before the start, so that the channel has commands of its own for them. */
const native: Readonly<Record<string, string>> = {
  'native-runs': skill('native-runs', 'allowed_line'),
  'native-leaves': skill('native-leaves', 'denied_line'),
};

/** What the agent writes into its workspace. */
const written: Readonly<Record<string, string>> = {
  'skills/runs/SKILL.md': skill('runs', 'allowed_line'),
  'skills/leaves/SKILL.md': skill('leaves', 'denied_line'),
  'skills/execs/SKILL.md': skill('execs', 'exec'),
  'skills/but-ben/SKILL.md': skill('but-ben', 'line_but_ben'),
  'skills/told/SKILL.md':
    '---\nname: told\ndescription: Leaves a file.\n---\n\nRun with exec: `touch told.txt && sh {baseDir}/run.sh`\n',
  'skills/told/run.sh': 'touch script.txt\n',
  'skills/installs/SKILL.md':
    '---\nname: installs\ndescription: Installs.\nmetadata: {"openclaw":{"install":[{"id":"x","kind":"node","package":"left-pad"}]}}\n---\n\nInstalls.\n',
};

let cell: AgentCell;

beforeAll(async () => {
  cell = await AgentCell.start({
    rules: {
      tools: { allow: ['read', 'write', 'exec', '*_line', 'line_*'], deny: ['exec', 'denied_line'] },
      senders: { allow: ['*'], deny: [`telegram:${people.cat}`] },
    },
    rego,
    config: {
      channels: { telegram: { commands: { native: true, nativeSkills: true } } },
      tools: { exec: { mode: 'full' } },
    },
    before: (pod) => {
      plantPlugin(pod, { id: 'lines', source: lines, contracts: { tools } });
      const skills = path.join(pod.volume('state'), 'state', 'workspace', 'skills');
      for (const [name, text] of Object.entries(native)) {
        mkdirSync(path.join(skills, name), { recursive: true });
        writeFileSync(path.join(skills, name, 'SKILL.md'), text);
      }
    },
  });
  const files = Object.entries(written);
  const turns = files.map(([file, content]) => ({ call: 'write', with: { path: file, content } }));
  cell.model.script('write skills', ...turns, { say: 'skills are written' });
  await cell.rpc.runAgent('write skills');
  expect(files.filter(([file]) => !existsSync(cell.workspace(file)))).toEqual([]);
}, programsMs);

afterAll(async () => {
  await cell[Symbol.asyncDispose]();
});

/** Somebody sends a command; what the bot answers. */
async function answer(user: number, text: string): Promise<string> {
  const before = cell.telegram.sent.length;
  cell.telegram.write(user, text);
  return (await cell.telegram.untilSentAfter(user, before)).text;
}

/** What a dispatched call is answered with. */
const pastModel = /^❌ Tool call blocked: cellwright: a command of a skill may not call a tool past the model/;

test.each([
  '/runs touch 1.txt',
  '/skill runs touch 2.txt',
  '/native_runs touch 3.txt',
  '/leaves touch 4.txt',
  '/skill leaves touch 5.txt',
  '/native_leaves touch 6.txt',
])('skill-command: %s, which would go to a tool past the model, is blocked', async (text) => {
  const before = cell.model.requests.length;
  expect(await answer(people.ann, text)).toMatch(pastModel);
  expect(existsSync(cell.workspace(text.slice(-5)))).toBe(false);
  expect(cell.model.requests.length).toBe(before);
});

test('skill-command: the channel has commands of its own for skills', () => {
  const listed = cell.telegram.calls.filter(({ method }) => method === 'setMyCommands').map(({ params }) => params);
  expect(JSON.stringify(listed)).toContain('"command":"native_leaves"');
});

test('skill-command: a command to exec does nothing', async () => {
  expect(await answer(people.ann, '/execs touch execs.txt')).toMatch(/^❌ Tool (not available|call blocked)/);
  expect(existsSync(cell.workspace('execs.txt'))).toBe(false);
});

test('skill-command: whoever holds the gateway token does not get past the model either', async () => {
  const send = (message: string): Promise<unknown> =>
    cell.rpc.call('chat.send', { sessionKey: 'agent:main:main', message, idempotencyKey: message });
  await send('/runs touch token.txt');
  // Somebody else's command comes to its end meanwhile, as this one would.
  await answer(people.ann, '/runs true');
  expect(existsSync(cell.workspace('token.txt'))).toBe(false);
});

test.each(['/runs touch 7.txt', '/skill runs touch 8.txt', '/native_runs touch 9.txt'])(
  'skill-sender: %s of a denied sender is not heard',
  async (text) => {
    const denied = { kind: 'inbound', requester: `telegram:${people.cat}`, allow: false };
    const before = decisionsLike(cell.pod, denied).length;
    cell.telegram.write(people.cat, text);
    await untilDecided(cell.pod, denied, before);
    // Somebody else's command comes to its end meanwhile, as this one would.
    await answer(people.ann, '/runs true');
    expect(existsSync(cell.workspace(text.slice(-5)))).toBe(false);
    expect(cell.telegram.sent.filter(({ chat }) => chat === people.cat)).toEqual([]);
  },
);

test('skill-text: a model that does what a skill tells runs no command and no script', async () => {
  const told = ({ messages }: ModelRequest): string =>
    /`(.+)`/.exec(messages.findLast(({ role }) => role === 'tool')?.text ?? '')?.[1] ?? '';
  cell.model.script(
    'use the skill',
    { call: 'read', with: { path: 'skills/told/SKILL.md' } },
    (request) => ({ call: 'exec', with: { command: told(request).replace('{baseDir}', 'skills/told') } }),
    { say: 'I may not' },
  );
  expect(await answer(people.ann, '/told use the skill')).toBe('I may not');
  expect(await cell.model.toolResult('use the skill', 1)).toContain('touch told.txt && sh {baseDir}/run.sh');
  expect(await cell.model.toolResult('use the skill', 2)).toContain('tools.deny "exec"');
  expect(['told.txt', 'script.txt'].filter((file) => existsSync(cell.workspace(file)))).toEqual([]);
});

test('skill-install: what a skill wants installed is not, not even for who holds the gateway token', async () => {
  const installed = cell.rpc.call('skills.install', { name: 'installs', installId: 'x' });
  await expect(installed).rejects.toThrow('install policy failed closed');
});

test('skill-person: a rule that keeps one person from a tool cannot be passed by the command of a skill', async () => {
  cell.model.script('by the model', { call: 'line_but_ben', with: { command: 'touch ben.txt' } }, { say: 'over' });
  expect(await answer(people.ben, 'by the model')).toBe('over');
  expect(await cell.model.toolResult('by the model')).toContain('not ben');
  // OpenClaw tells no hook who sent the command of a skill.
  expect(await answer(people.ben, '/but_ben touch ben.txt')).toMatch(pastModel);
  expect(existsSync(cell.workspace('ben.txt'))).toBe(false);
});
