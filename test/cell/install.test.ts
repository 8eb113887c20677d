/** Plugins of a tenant, installed by the real OpenClaw from the real registry into the pod's volume. */
import { beforeAll, expect, test } from '@jest/globals';
import { cellPod, programsMs } from './support/cell.ts';
import { realOpenClaw } from './support/openclaw.ts';

beforeAll(async () => {
  await realOpenClaw();
}, programsMs);

test(
  'a pod installs a plugin once, in the exact version, and the gateway may load it',
  async () => {
    const plugins = [{ name: '@openclaw/discord', version: '2026.9.6' }];
    await using pod = await cellPod({ openclaw: { plugins } }, { rules: { tools: { allow: ['session_status'] } } });
    const outputOf = (steps: readonly { name: string; code: number | null; output: string }[]): unknown =>
      steps.find(({ name }) => name === 'install');
    const first = await pod.init();
    expect(outputOf(first)).toEqual({
      name: 'install',
      code: 0,
      output: expect.stringContaining('plugin @openclaw/discord 2026.9.6 installed'),
    });
    expect(first.at(-1)).toMatchObject({ name: 'gateway-check', code: 0 });
    await pod.kill('opa', 'SIGKILL');
    expect(outputOf(await pod.init())).toMatchObject({
      code: 0,
      output: expect.stringContaining('plugin @openclaw/discord 2026.9.6 is there'),
    });
  },
  programsMs,
);
