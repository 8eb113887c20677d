/** Runs that no person started: sub-agents, sessions that write to each other, jobs of the clock. Policy holds in each. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AgentCell, people } from './support/agent-cell.ts';
import { programsMs } from './support/cell.ts';
import type { Turn } from './support/model-wire.ts';

let cell: AgentCell;

beforeAll(async () => {
  cell = await AgentCell.start({
    rules: {
      tools: { allow: ['sessions_*', 'write', 'exec'], deny: ['exec'] },
      agents: { allow: ['*'], deny: ['vault'] },
    },
    config: {
      cron: { enabled: true },
      agents: {
        ownership: 'explicit',
        entries: { main: {}, vault: {} },
        defaults: { systemAgent: { agentId: 'main' }, subagents: { allowAgents: ['*'] } },
      },
      bindings: [{ agentId: 'main', match: { channel: 'telegram', accountId: 'default' } }],
    },
  });
}, programsMs);

afterAll(async () => {
  await cell[Symbol.asyncDispose]();
});

/** A model that tries a denied command which would leave a file behind, then gives up. */
const tries = (file: string): readonly Turn[] => [
  { call: 'exec', with: { command: `touch ${file}` } },
  { say: `no ${file} for me` },
];

/** The run of a marker has tried its command, was told of the block, and there is no file. */
async function expectBlocked(marker: string, file: string): Promise<void> {
  expect(await cell.model.toolResult(marker)).toContain('tools.deny "exec"');
  expect(existsSync(cell.workspace(file))).toBe(false);
}

// Each of the people has a session of their own; a second message to one that is still busy would only test its queue.
describe('policy', () => {
  test('holds for a sub-agent', async () => {
    cell.model.script('the errand of a child', ...tries('child.txt'));
    const task = 'the errand of a child';
    cell.model.script('delegate this', { call: 'sessions_spawn', with: { task } }, { say: 'I have sent a child' });
    cell.telegram.write(people.ann, 'delegate this');
    await cell.telegram.untilSent(people.ann, 'I have sent a child');
    await expectBlocked('the errand of a child', 'child.txt');
  });

  test('keeps an agent from being spawned that it denies', async () => {
    cell.model.script('the errand of the vault', { say: 'here in the vault' });
    const spawn = { task: 'the errand of the vault', agentId: 'vault' };
    cell.model.script('open the vault', { call: 'sessions_spawn', with: spawn }, { say: 'it stays shut' });
    cell.telegram.write(people.ben, 'open the vault');
    await cell.telegram.untilSent(people.ben, 'it stays shut');
    expect(await cell.model.toolResult('open the vault')).toContain('agents.deny "vault"');
    expect(cell.model.requestsFor('the errand of the vault')).toEqual([]);
  });

  test('holds for a session that another one writes to', async () => {
    const send = {
      sessionKey: `agent:main:telegram:direct:${people.ben}`,
      message: 'a word from the other session',
      timeoutSeconds: 60,
    };
    cell.model.script('a word from the other session', ...tries('neighbour.txt'));
    cell.model.script('tell the other session', { call: 'sessions_send', with: send }, { say: 'I told it' });
    cell.telegram.write(people.cat, 'tell the other session');
    await cell.telegram.untilSent(people.cat, 'I told it');
    await expectBlocked('a word from the other session', 'neighbour.txt');
  });

  test('holds for a job of the clock', async () => {
    cell.model.script('time for the job', ...tries('cron.txt'));
    const job = await cell.rpc.call('cron.add', {
      name: 'job',
      schedule: { kind: 'at', at: new Date(Date.now() + 3_600_000).toISOString() },
      sessionTarget: 'isolated',
      wakeMode: 'now',
      payload: { kind: 'agentTurn', message: 'time for the job' },
      delivery: { mode: 'none' },
    });
    await cell.rpc.call('cron.run', { id: (job as { id: string }).id, mode: 'force' });
    await expectBlocked('time for the job', 'cron.txt');
  });

  test('comes after a list of tools in which nothing changes the gateway itself', () => {
    const offered = new Set(cell.model.requests.flatMap(({ tools }) => tools));
    expect([...offered]).toEqual(expect.arrayContaining(['exec', 'sessions_spawn', 'write']));
    expect(['automations', 'cron', 'gateway', 'nodes', 'secrets'].filter((tool) => offered.has(tool))).toEqual([]);
  });
});
