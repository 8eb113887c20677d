/** The agent loop on the real programs: people write, the model decides, tools run or are blocked, answers go out. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AgentCell, modelName, people } from './support/agent-cell.ts';
import { programsMs } from './support/cell.ts';

const rego = `deny contains "nothing goes into private/" if {
  input.name == "write"
  startswith(input.params.path, "private/")
}`;

const group = -5001;

let cell: AgentCell;

beforeAll(async () => {
  cell = await AgentCell.start({
    rules: { tools: { allow: ['session_status', 'write', 'exec'], deny: ['exec'] } },
    rego,
  });
}, programsMs);

afterAll(async () => {
  await cell[Symbol.asyncDispose]();
});

describe('an agent', () => {
  test('answers a person in Telegram with what the model says', async () => {
    cell.model.script('hello there', { say: 'hello yourself' });
    cell.telegram.write(people.ann, 'hello there');
    expect((await cell.telegram.untilSent(people.ann, 'hello yourself')).text).toBe('hello yourself');
    expect(cell.model.requestsFor('hello there').map(({ model }) => `fake/${model}`)).toEqual([modelName]);
  });

  test('answers in a group where it was spoken to', async () => {
    cell.model.script('hello everybody', { say: 'hello all of you' });
    cell.telegram.writeInGroup(people.ben, group, 'hello everybody');
    await cell.telegram.untilSent(group, 'hello all of you');
  });

  test('runs a tool that policy allows, and the model sees what it brought', async () => {
    cell.model.script('note this', { call: 'write', with: { path: 'note.txt', content: 'noted' } }, { say: 'I did' });
    cell.telegram.write(people.ann, 'note this');
    await cell.telegram.untilSent(people.ann, 'I did');
    expect(readFileSync(cell.workspace('note.txt'), 'utf8')).toBe('noted');
    expect(await cell.model.toolResult('note this')).toContain('note.txt');
  });

  test('does not run a tool that policy denies, and the model is told why', async () => {
    cell.model.script('run this', { call: 'exec', with: { command: 'touch denied.txt' } }, { say: 'I may not' });
    cell.telegram.write(people.ann, 'run this');
    await cell.telegram.untilSent(people.ann, 'I may not');
    expect(await cell.model.toolResult('run this')).toContain('enterprise/baseline: tools.deny "exec"');
    expect(existsSync(cell.workspace('denied.txt'))).toBe(false);
  });

  test('does not run an allowed tool on what a rule of the bundle denies', async () => {
    const file = { path: 'private/note.txt', content: 'noted' };
    cell.model.script('hide this', { call: 'write', with: file }, { say: 'not in there' });
    cell.telegram.write(people.ann, 'hide this');
    await cell.telegram.untilSent(people.ann, 'not in there');
    expect(await cell.model.toolResult('hide this')).toContain('nothing goes into private/');
    expect(existsSync(cell.workspace('private'))).toBe(false);
  });

  test('runs for a caller of the gateway itself, with the same policy', async () => {
    cell.model.script(
      'from outside',
      { call: 'session_status' },
      { call: 'exec', with: { command: 'touch denied-too.txt' } },
      { say: 'done' },
    );
    expect(await cell.rpc.runAgent('from outside')).toMatchObject({ status: 'ok' });
    expect(await cell.model.toolResult('from outside', 1)).toContain(modelName);
    expect(await cell.model.toolResult('from outside', 2)).toContain('tools.deny "exec"');
    expect(existsSync(cell.workspace('denied-too.txt'))).toBe(false);
  });

  test('is counted: what was asked and answered, runs, messages and tokens', async () => {
    const numbers = await (await fetch(`${cell.pod.url(18789)}/cellwright/metrics`)).text();
    const value = (series: string): number =>
      Number(
        numbers
          .split('\n')
          .find((text) => text.startsWith(`${series} `))
          ?.slice(series.length),
      );
    expect(value('cellwright_decisions_total{kind="tool",outcome="deny"}')).toBeGreaterThanOrEqual(2);
    expect(value('cellwright_decisions_total{kind="model",outcome="allow"}')).toBeGreaterThanOrEqual(4);
    expect(value('cellwright_decisions_total{kind="inbound",outcome="allow"}')).toBeGreaterThanOrEqual(4);
    expect(value('cellwright_runs_total{outcome="completed"}')).toBeGreaterThanOrEqual(4);
    expect(value('cellwright_messages_total{direction="out",outcome="sent"}')).toBeGreaterThanOrEqual(4);
    expect(value('cellwright_tokens_total{model="fake/scripted",kind="output"}')).toBeGreaterThan(0);
  });

  test('called nothing of Telegram that the stand-in does not know', () => {
    expect(cell.telegram.unknown).toEqual([]);
  });
});
