/** Logs as the real opa writes them, whole and cut off. */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readDecisionLog, unreadable } from '../../files/policy/decision-log.ts';
import { opaBuildMs, realOpa } from './support/opa.ts';

const question = { tenant: 'one', kind: 'tool', name: 'web_fetch', params: { url: 'https://example.com/{"a":1}' } };
let folder: string;
let opa: ChildProcessByStdio<null, null, Readable>;
/** The line of the decision, and what OPA printed before it. */
let line: string;
let before: string[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cellwright-log-'));
  const socket = path.join(folder, 'opa');
  const library = ['decision', 'log', 'patterns', 'subjects'].map((name) => `policy/${name}.rego`);
  // As in the cells (constructs/cell/workload/opa-container.ts), with more of its own lines.
  const log = ['--log-format=json', '--log-level=info', '--set=decision_logs.console=true'];
  const serve = ['run', '--server', `--addr=unix://${socket}`, '--skip-version-check', ...log];
  opa = spawn(await realOpa(), [...serve, ...library], { stdio: ['ignore', 'ignore', 'pipe'] });
  await listening(socket);
  ask(socket);
  before = [];
  for await (const printed of createInterface({ input: opa.stderr })) {
    line = printed;
    if (printed.includes('"msg":"Decision Log"')) {
      break;
    }
    before.push(printed);
  }
}, opaBuildMs);

afterAll(() => {
  opa.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function listening(socket: string): Promise<void> {
  while (!(await isOpen(socket))) {
    if (opa.exitCode !== null) {
      throw new Error(`opa ended with ${opa.exitCode}`);
    }
    await sleep(20);
  }
}

/** The file of a socket is there a moment before somebody listens. */
function isOpen(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('error', () => resolve(false));
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
  });
}

function ask(socketPath: string): void {
  const headers = { 'content-type': 'application/json' };
  const asked = request({ socketPath, path: '/v1/data/cellwright/decision', method: 'POST', headers });
  asked.on('response', (response) => response.resume()).end(JSON.stringify({ input: question }));
}

/** What the lines of a log are read as. */
async function read(lines: readonly string[]): Promise<unknown[]> {
  const file = path.join(folder, 'log');
  writeFileSync(file, lines.map((each) => `${each}\n`).join(''));
  const decisions: unknown[] = [];
  for await (const decision of readDecisionLog(file)) {
    decisions.push(decision);
  }
  return decisions;
}

test('a decision is read, and what else opa prints is passed over', async () => {
  expect(before.length).toBeGreaterThan(0);
  expect(await read([...before, line])).toEqual([{ input: question, result: undefined }]);
});

test('a line that is cut off anywhere is counted, with or without what a collector put before it', async () => {
  const cut = Array.from({ length: line.length - 3 }, (_, index) => line.slice(0, index + 3));
  for (const prefix of ['', '2026-11-27T20:00:00Z gateway-0 ']) {
    expect(await read(cut.map((text) => prefix + text))).toEqual(cut.map(() => unreadable));
  }
});

test('no other line is taken for one that was cut off', async () => {
  const others = [
    ...before,
    '',
    '{',
    '{"',
    '{"level":"info","msg":"x"',
    '{"decisions":5}',
    'goroutine 1 [running]: main.f({',
  ];
  expect(await read(others)).toEqual([]);
});
