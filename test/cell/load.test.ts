/** A gateway with the memory that synthesis gives it does a scripted piece of work, and stays within its limit. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { bytesOf } from '../../constructs/synth/quantity.ts';
import { AgentCell } from './support/agent-cell.ts';
import { programsMs } from './support/cell.ts';
import { megabytesOf, watchMemory } from './support/memory.ts';

const runs = 20;
const atOnce = 4;

test(
  `${runs} agent runs, each with two tool calls, stay within the memory limits of both containers`,
  async () => {
    await using cell = await AgentCell.start({ rules: { tools: { allow: ['session_status', 'write'] } } });
    const pids = { gateway: cell.pod.pid('gateway'), opa: cell.pod.pid('opa') };
    // What the start left behind is collected before it counts as idle.
    await sleep(15_000);
    const idle = { gateway: megabytesOf(pids.gateway), opa: megabytesOf(pids.opa) };
    const watched = { gateway: watchMemory(pids.gateway), opa: watchMemory(pids.opa) };
    for (let first = 0; first < runs; first += atOnce) {
      const batch = Array.from({ length: atOnce }, (_, index) => first + index);
      const ended = await Promise.all(
        batch.map((number) => {
          cell.model.script(
            `task ${number}.`,
            { call: 'write', with: { path: `note-${number}.txt`, content: 'n'.repeat(20_000) } },
            { call: 'session_status' },
            { say: `done ${'with words '.repeat(500)}` },
          );
          return cell.rpc.runAgent(`task ${number}.`, { sessionKey: `agent:main:load-${number}` });
        }),
      );
      expect(ended).toEqual(batch.map(() => expect.objectContaining({ status: 'ok' })));
    }
    const peak = { gateway: watched.gateway.stop(), opa: watched.opa.stop() };
    process.stderr.write(`memory in MB: idle ${JSON.stringify(idle)}, peak ${JSON.stringify(peak)}\n`);
    const limit = (name: string): number => bytesOf(cell.pod.memoryLimit(name)) / 2 ** 20;
    expect(peak.gateway).toBeLessThan(limit('gateway'));
    expect(peak.opa).toBeLessThan(limit('opa'));
  },
  programsMs,
);
