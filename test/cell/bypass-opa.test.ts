/** What a running gateway lets pass when its OPA does not answer as it should: nothing (ids: docs/security.md). */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AgentCell, people } from './support/agent-cell.ts';
import { invokeTool, programsMs, untilProbe } from './support/cell.ts';
import { falseOpa, says } from './support/false-opa.ts';

let cell: AgentCell;

beforeAll(async () => {
  cell = await AgentCell.start({
    rules: { tools: { allow: ['session_status', 'agents_list'], deny: ['agents_list'] } },
  });
}, programsMs);

afterAll(async () => {
  await cell[Symbol.asyncDispose]();
});

const opaUrl = (): string => cell.pod.url(8181);
const readiness = (): Promise<number> => cell.pod.probe('gateway', 'readinessProbe');

async function opaIsBack(): Promise<void> {
  await cell.pod.kill('opa', 'SIGKILL');
  cell.pod.start('opa');
  await untilProbe(cell.pod, { probe: 'readinessProbe', status: 200, seconds: 60 });
}

/** Everything that asks is denied: a tool, a run, and what would go out. */
async function expectShut(marker: string): Promise<void> {
  expect((await invokeTool(cell.pod, 'session_status')).status).toBe(403);
  cell.model.script(marker, { say: 'it ran' });
  const ended = await cell.rpc.runAgent(marker).catch((error: unknown) => error);
  expect(JSON.stringify(ended)).not.toContain('it ran');
  expect(cell.model.requestsFor(marker)).toEqual([]);
  const send = cell.rpc.call('send', {
    channel: 'telegram',
    to: String(people.ann),
    message: marker,
    idempotencyKey: marker,
  });
  await expect(send).rejects.toThrow();
  expect(cell.telegram.sent.filter(({ text }) => text.includes(marker))).toEqual([]);
  expect(await readiness()).toBe(503);
}

/** Waits until the guard has counted something; its numbers are there without OPA. */
async function untilCounted(series: string): Promise<void> {
  const numbers = async (): Promise<string> => (await fetch(`${cell.pod.url(18789)}/cellwright/metrics`)).text();
  while (!(await numbers()).includes(series)) {
    await sleep(100);
  }
}

const allow = { allow: true, requireApproval: false, reasons: [], audit: [] };
const lies: readonly (readonly [string, RequestListener])[] = [
  ['opa-hung: accepts and never answers', () => undefined],
  ['opa-500: answers 500', says('{}', 500)],
  ['opa-empty: answers {}', says('{}')],
  ['opa-true: answers {"result": true}', says('{"result":true}')],
  ['opa-html: answers a page', says('<html>ok</html>')],
  ['opa-10mb: answers ten megabytes', says(JSON.stringify({ result: { ...allow, revision: 'x'.repeat(10 ** 7) } }))],
  [
    'opa-revision: allows by another policy',
    says(JSON.stringify({ result: { ...allow, revision: 'of-another-tenant' } })),
  ],
  ['opa-401: refuses the token', says('{"code":"unauthorized"}', 401)],
];

describe('an OPA that', () => {
  test.each(lies)('%s', async (name, listener) => {
    await cell.pod.kill('opa', 'SIGKILL');
    await using _opa = await falseOpa(opaUrl(), listener);
    await expectShut(name.slice(0, name.indexOf(':')));
  });

  test('opa-killed: is gone', async () => {
    await cell.pod.kill('opa', 'SIGKILL');
    await expectShut('opa-killed');
    cell.model.script('is anybody there', { say: 'I am' });
    cell.telegram.write(people.ann, 'is anybody there');
    await untilCounted('cellwright_decisions_total{kind="inbound",outcome="error"}');
    expect(cell.model.requestsFor('is anybody there')).toEqual([]);
  });

  test('opa-token: knows another token than the guard', async () => {
    const file = path.join(cell.pod.volume('runtime'), 'opa', 'runtime.json');
    const before = readFileSync(file, 'utf8');
    chmodSync(file, 0o644);
    writeFileSync(file, before.replace(/"token":"[0-9a-f]+"/, `"token":"${'0'.repeat(64)}"`));
    cell.pod.start('opa');
    await untilProbe(cell.pod, { container: 'opa', probe: 'readinessProbe', status: 200, seconds: 60 });
    await expectShut('opa-token');
    writeFileSync(file, before);
  });

  test('opa-restart: goes and comes while many call allows by mistake nothing', async () => {
    await opaIsBack();
    const answers = { allowed: new Set<number>(), denied: new Set<number>() };
    let done = false;
    const caller = async (): Promise<void> => {
      while (!done) {
        answers.allowed.add((await invokeTool(cell.pod, 'session_status')).status);
        answers.denied.add((await invokeTool(cell.pod, 'agents_list')).status);
      }
    };
    const callers = Array.from({ length: 8 }, caller);
    await opaIsBack();
    await opaIsBack();
    done = true;
    await Promise.all(callers);
    expect([...answers.denied]).toEqual([403]);
    expect([...answers.allowed].sort()).toEqual([200, 403]);
  });
});
