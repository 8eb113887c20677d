/**
 * A guard that others than root and the gateway may write, or that somebody else owns: OpenClaw does not load it, and would
 * then ask nobody, so the pod must not come up (ids: docs/security.md).
 */
import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { guardDirectory } from '../../constructs/cell/workload/volumes.ts';
import { cellPod, invokeTool, programsMs, untilProbe } from './support/cell.ts';
import type { LocalPod } from './support/pod.ts';

/** A user who is neither root nor the gateway; the sandbox shows every such user as nobody (65534). */
const stranger = 12_345;
/** Only root can give a file away. */
const testAsRoot = process.getuid?.() === 0 ? test : test.skip;

let pod: LocalPod;
let folder: string;

beforeEach(async () => {
  pod = await cellPod({}, { rules: { tools: { allow: ['session_status'] } } });
  folder = guardFolder();
}, programsMs);

afterEach(async () => {
  await pod[Symbol.asyncDispose]();
});

/** The folder that the guard's files are mounted into, with a copy of each: a volume that somebody put there. */
function guardFolder(): string {
  const root = pod.underlay('guard-folder', guardDirectory);
  for (const key of readdirSync(pod.volume('guard'))) {
    const place = path.join(root, key.replaceAll('__', '/'));
    mkdirSync(path.dirname(place), { recursive: true });
    copyFileSync(path.join(pod.volume('guard'), key), place);
  }
  chmodSync(root, 0o755);
  return root;
}

const file = (name: string): string => path.join(pod.volume('guard'), name);
const own = (target: string, uid: number): void => chownSync(target, uid, statSync(target).gid);

/** The pod stops before the gateway; a gateway without that check is held back by its probe. */
async function expectShut(message: RegExp): Promise<void> {
  const steps = await pod.init();
  const last = steps.at(-1);
  expect([last?.name, last?.code]).toEqual(['gateway-check', 1]);
  expect(last?.output).toMatch(/^the guard does not load/);
  expect(last?.output).toMatch(message);
  expect(await pod.probe('gateway', 'startupProbe')).toBe(0);
  await expect(invokeTool(pod, 'session_status')).rejects.toThrow();

  pod.start('gateway');
  await untilProbe(pod, { probe: 'startupProbe', status: 404, seconds: 150 });
  expect((await fetch(`${pod.url(18789)}/readyz`)).status).toBe(200);
  expect(await pod.probe('gateway', 'readinessProbe')).toBe(404);
}

describe('a pod whose guard', () => {
  test('pod-guard-as-it-is: comes from a folder of its own gets by, so that the rest says something', async () => {
    expect((await pod.init()).at(-1)).toMatchObject({ code: 0, output: expect.stringContaining('guard loads') });
  });

  test('pod-guard-writable: lies in a folder that everybody may write (0777) stops', async () => {
    chmodSync(folder, 0o777);
    await expectShut(/world-writable path \(\/opt\/cellwright\/guard, mode=0?777\)/);
  });

  test('pod-guard-writable: is a file that everybody may write (0666) stops', async () => {
    chmodSync(file('index.js'), 0o666);
    await expectShut(/world-writable path \(\/opt\/cellwright\/guard\/index\.js, mode=0?666\)/);
  });

  testAsRoot('pod-guard-owner: lies in a folder of somebody else stops', async () => {
    own(folder, stranger);
    await expectShut(/suspicious ownership \(\/opt\/cellwright\/guard, uid=65534, expected uid=1000 or root\)/);
  });

  testAsRoot('pod-guard-owner: is a file of somebody else stops', async () => {
    own(file('index.js'), stranger);
    await expectShut(
      /suspicious ownership \(\/opt\/cellwright\/guard\/index\.js, uid=65534, expected uid=1000 or root\)/,
    );
  });
});
