/** What a person must approve: asked in Telegram, granted there, refused there, or answered by nobody. */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AgentCell, people } from './support/agent-cell.ts';
import { programsMs } from './support/cell.ts';
import type { SentMessage } from './support/telegram-server.ts';

/** Who is asked. */
const approver = people.cat;

let cell: AgentCell;

beforeAll(async () => {
  cell = await AgentCell.start({
    rules: { tools: { allow: ['write'], requireApproval: ['write'] } },
    config: {
      approvals: {
        plugin: { enabled: true, mode: 'targets', targets: [{ channel: 'telegram', to: String(approver) }] },
      },
      channels: { telegram: { execApprovals: { enabled: true, approvers: [String(approver)] } } },
    },
  });
}, programsMs);

afterAll(async () => {
  await cell[Symbol.asyncDispose]();
});

/** Somebody has the agent write a file; what the approver is shown of it has the file's call, by the order of asking. */
function asks(person: number, marker: string): void {
  cell.model.script(
    marker,
    { call: 'write', with: { path: `${marker}.txt`, content: marker } },
    { say: `${marker} done` },
  );
  cell.telegram.write(person, marker);
}

/** Once it is answered, a prompt is shown again without its buttons. */
const prompts = (): readonly SentMessage[] =>
  cell.telegram.sent.filter(({ text, buttons }) => text.includes('Allow write?') && buttons.length > 0);

/** Waits until approvals have ended like this by OPA's decision log; nobody in the gateway waits for that line. */
async function untilOutcomes(...wanted: readonly string[]): Promise<void> {
  while (outcomes().length < wanted.length) {
    await sleep(50);
  }
  expect(outcomes()).toEqual(wanted);
}

function outcomes(): unknown[] {
  return cell.pod
    .output('opa')
    .split('\n')
    .filter((line) => line.includes('"path":"cellwright/outcome"'))
    .map((line) => (JSON.parse(line) as { input: { outcome: unknown } }).input.outcome);
}

async function nextPrompt(before: number): Promise<SentMessage> {
  for (;;) {
    const prompt = prompts()[before];
    if (prompt !== undefined) {
      return prompt;
    }
    await sleep(50);
  }
}

/** The prompt has two buttons, once and deny. */
function button({ buttons }: SentMessage, decision: 'allow' | 'deny'): string {
  const [allow, deny, ...more] = buttons;
  if (allow === undefined || deny === undefined || more.length > 0) {
    throw new Error(`an approval offers two answers, got ${buttons.join(', ')}`);
  }
  return decision === 'allow' ? allow : deny;
}

describe('an approval', () => {
  test('that is granted lets the call run once', async () => {
    const before = prompts().length;
    asks(people.ann, 'granted');
    const prompt = await nextPrompt(before);
    expect(existsSync(cell.workspace('granted.txt'))).toBe(false);
    cell.telegram.press(approver, button(prompt, 'allow'));
    await cell.telegram.untilSent(people.ann, 'granted done');
    expect(readFileSync(cell.workspace('granted.txt'), 'utf8')).toBe('granted');
    await untilOutcomes('allow-once');
  });

  test('that is refused blocks the call, and the model is told', async () => {
    const before = prompts().length;
    asks(people.ben, 'refused');
    cell.telegram.press(approver, button(await nextPrompt(before), 'deny'));
    await cell.telegram.untilSent(people.ben, 'refused done');
    expect(existsSync(cell.workspace('refused.txt'))).toBe(false);
    expect(await cell.model.toolResult('refused')).toMatch(/denied|refused|rejected/i);
    await untilOutcomes('allow-once', 'deny');
  });

  test('that nobody answers within two minutes blocks the call', async () => {
    asks(people.ann, 'unanswered');
    expect(await cell.model.toolResult('unanswered')).toMatch(/timed out|not approved/i);
    expect(existsSync(cell.workspace('unanswered.txt'))).toBe(false);
    await untilOutcomes('allow-once', 'deny', 'timeout');
  });
});
