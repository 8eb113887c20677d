/** Pods that must not come up: the checks of their init steps and probes, on the real programs. */
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { findOpa } from '../../opa/find-opa.ts';
import { cellPod, invokeTool, programsMs, untilProbe } from './support/cell.ts';
import { realOpenClaw } from './support/openclaw.ts';
import type { LocalPod } from './support/pod.ts';

const rules = { tools: { allow: ['session_status'] } };

beforeAll(async () => {
  await findOpa({ environment: process.env, progress: (line) => process.stderr.write(`${line}\n`) });
  await realOpenClaw();
}, programsMs);

/** Puts another text into a file of a volume. */
function tamper(pod: LocalPod, volume: string, { file, text }: { readonly file: string; readonly text: string }): void {
  const target = path.join(pod.volume(volume), file);
  chmodSync(target, 0o644);
  writeFileSync(target, text);
}

describe('a pod', () => {
  test('whose guard does not load stops before the gateway, and would not become ready without that check', async () => {
    await using pod = await cellPod({}, { rules });
    tamper(pod, 'guard', { file: 'index.js', text: 'this is not JavaScript' });
    const steps = await pod.init();
    expect(steps.at(-1)).toEqual({
      name: 'gateway-check',
      code: 1,
      output: expect.stringContaining('guard does not load'),
    });

    // OpenClaw itself starts without the plugin, says that it is ready, and asks nobody: the probe holds the pod back.
    pod.start('gateway');
    await untilProbe(pod, { probe: 'startupProbe', status: 404, seconds: 150 });
    expect((await fetch(`${pod.url(18789)}/readyz`)).status).toBe(200);
    expect((await invokeTool(pod, 'sessions_list')).status).toBe(200);
    expect(await pod.probe('gateway', 'readinessProbe')).toBe(404);
  });

  test('whose configuration OpenClaw refuses stops before the gateway and says why', async () => {
    await using pod = await cellPod({}, { rules });
    tamper(pod, 'config', { file: 'openclaw.json', text: '{"gateway":{"mode":"local"},"agentz":{}}' });
    const steps = await pod.init();
    expect(steps.at(-1)).toEqual({ name: 'gateway-check', code: 1, output: expect.stringContaining('agentz') });
  });

  test('whose policy reaches out stops before OPA is started', async () => {
    await using pod = await cellPod({}, { rules, rego: 'deny contains "x" if input.name == "x"' });
    tamper(pod, 'policy', {
      file: 'bundle-baseline.rego',
      text: 'package cellwright_bundles["baseline"]\n\ndeny contains http.send({"method": "get", "url": "http://example.com"}).body\n',
    });
    const steps = await pod.init();
    expect(steps.at(-1)).toEqual({
      name: 'policy-check',
      code: 1,
      output: expect.stringContaining('undefined function http.send'),
    });
    expect(pod.output('opa')).toBe('');
  });
});
