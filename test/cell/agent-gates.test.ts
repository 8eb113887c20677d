/** What policy has a say in besides tools: which model runs, who is listened to, and who is spoken to. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AgentCell, otherModel, people } from './support/agent-cell.ts';
import { programsMs } from './support/cell.ts';
import { untilDecided } from './support/decisions.ts';

const group = -5001;

let cell: AgentCell;

beforeAll(async () => {
  cell = await AgentCell.start({
    rules: {
      tools: { allow: ['message'] },
      models: { allow: ['fake/*'], deny: [otherModel] },
      senders: { allow: ['telegram:*'], deny: [`telegram:${people.ben}`] },
      targets: { allow: ['telegram:*'], deny: [`telegram:${people.cat}`] },
    },
  });
}, programsMs);

afterAll(async () => {
  await cell[Symbol.asyncDispose]();
});

const direct = (user: number): string => `agent:main:telegram:direct:${user}`;

/** What the bot said in a chat. That it seems to type comes before any hook and says nothing. */
const said = (chat: number): string[] => cell.telegram.sent.filter((one) => one.chat === chat).map(({ text }) => text);

/** A message of somebody who is welcome comes and is answered: what came before it has been dealt with by then. */
async function exchange(text: string): Promise<void> {
  cell.model.script(text, { say: `answer to ${text}` });
  cell.telegram.write(people.ann, text);
  await cell.telegram.untilSent(people.ann, `answer to ${text}`);
}

describe('policy', () => {
  test('lets an allowed sender reach an allowed model, and the answer out', async () => {
    await exchange('is anybody there');
  });

  test('keeps a run from a model that is denied: the model is never asked', async () => {
    cell.model.script('ask the other one', { say: 'here I am' });
    await cell.rpc.runAgent('ask the other one', { model: otherModel });
    await untilDecided(cell.pod, { kind: 'model', name: otherModel, allow: false });
    expect(cell.model.requestsFor('ask the other one')).toEqual([]);
  });

  test('does not hear a sender who is denied: no run, and not a word', async () => {
    cell.model.script('it is me', { say: 'hello ben' });
    cell.telegram.write(people.ben, 'it is me');
    await untilDecided(cell.pod, { kind: 'inbound', session: direct(people.ben), allow: false });
    await exchange('after ben');
    expect(cell.model.requestsFor('it is me')).toEqual([]);
    expect(said(people.ben)).toEqual([]);
  });

  test('does not hear that sender in a group either', async () => {
    cell.model.script('me again', { say: 'hello ben' });
    cell.telegram.writeInGroup(people.ben, group, 'me again');
    await untilDecided(cell.pod, { kind: 'inbound', session: `agent:main:telegram:group:${group}`, allow: false });
    await exchange('after the group');
    expect(cell.model.requestsFor('me again')).toEqual([]);
    expect(said(group)).toEqual([]);
  });

  test('lets no answer out to a target that is denied', async () => {
    cell.model.script('tell me something', { say: 'a secret' });
    cell.telegram.write(people.cat, 'tell me something');
    await untilDecided(cell.pod, { kind: 'outbound', session: direct(people.cat), allow: false });
    await exchange('after cat');
    expect(said(people.cat)).toEqual([]);
  });

  test('lets an allowed tool send nothing to a target that is denied, and the model is told so', async () => {
    const message = { action: 'send', channel: 'telegram', target: String(people.cat), message: 'a secret' };
    cell.model.script('pass it on', { call: 'message', with: message }, { say: 'I tried' });
    cell.telegram.write(people.ann, 'pass it on');
    await cell.telegram.untilSent(people.ann, 'I tried');
    expect(await cell.model.toolResult('pass it on')).toContain('targets.deny "telegram:1003"');
    expect(said(people.cat)).toEqual([]);
  });

  test('lets a caller of the gateway send to allowed targets only', async () => {
    const send = (to: number): Promise<unknown> =>
      cell.rpc.call('send', { channel: 'telegram', to: String(to), message: 'from outside', idempotencyKey: `${to}` });
    await expect(send(people.cat)).rejects.toThrow('No delivery result');
    await send(people.ann);
    await cell.telegram.untilSent(people.ann, 'from outside');
    expect(said(people.cat)).toEqual([]);
  });
});
