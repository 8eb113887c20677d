/** Ways around the guard that a pod must not come up with: the step before the gateway says what is wrong (ids: docs/security.md). */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cellPod, programsMs } from './support/cell.ts';
import type { LocalPod } from './support/pod.ts';

let pod: LocalPod;

beforeAll(async () => {
  pod = await cellPod({}, { rules: { tools: { allow: ['session_status'] } } });
  expect((await pod.run('prepare')).code).toBe(0);
}, programsMs);

afterAll(async () => {
  await pod[Symbol.asyncDispose]();
});

interface Guarded {
  plugins: {
    enabled: boolean;
    allow: string[];
    load: { paths: string[] };
    entries: Record<string, { enabled: boolean; hooks?: object; config: Record<string, unknown> }>;
  };
}

/** A change of `openclaw.json`, as a wrong synthesis or a tampered ConfigMap would bring it. */
const config =
  (change: (config: Guarded, guard: Guarded['plugins']['entries'][string]) => void) =>
  (text: string): string => {
    const value = JSON.parse(text) as Guarded;
    const guard = value.plugins.entries['cellwright-guard'];
    if (guard === undefined) {
      throw new Error('the configuration has no guard');
    }
    change(value, guard);
    return JSON.stringify(value);
  };

const openclawJson = { volume: 'config', file: 'openclaw.json' };
const guardFile = (file: string): { volume: string; file: string } => ({ volume: 'guard', file });

const attempts: readonly (readonly [string, { volume: string; file: string }, (text: string) => string, string])[] = [
  ['pod-guard-empty: a file of the guard is empty', guardFile('tool-gate.js'), () => '', 'guard does not load'],
  [
    'pod-guard-import: the guard imports what is not there',
    guardFile('asking.js'),
    () => "import 'x';",
    'guard does not load',
  ],
  [
    'pod-guard-throws: the guard throws when it registers',
    guardFile('metrics.js'),
    () => 'export const createMetrics = () => { throw new Error(); };',
    'guard does not load',
  ],
  [
    'pod-guard-no-hooks: the guard registers no hook',
    guardFile('index.js'),
    (text) => text.replaceAll("api.on('before_agent_run'", "void ('x'"),
    'without its hooks before_agent_run',
  ],
  [
    'pod-manifest: the manifest asks for no trusted policy',
    guardFile('openclaw.plugin.json'),
    (text) => text.replace('"trustedToolPolicies": ["cellwright-guard"]', '"trustedToolPolicies": []'),
    'guard',
  ],
  [
    'pod-disabled: the guard is disabled',
    openclawJson,
    config((_, guard) => (guard.enabled = false)),
    'guard does not load',
  ],
  ['pod-plugins-off: plugins are off', openclawJson, config(({ plugins }) => (plugins.enabled = false)), 'guard'],
  [
    'pod-no-path: plugins are loaded from elsewhere',
    openclawJson,
    config(({ plugins }) => (plugins.load.paths = ['/tmp'])),
    'guard',
  ],
  [
    'pod-no-conversation: OpenClaw drops the hooks around runs',
    openclawJson,
    config((_, guard) => delete guard.hooks),
    'without its hooks before_agent_run',
  ],
  [
    'pod-no-token-file: the guard is not told where its token is',
    openclawJson,
    config((_, guard) => delete guard.config.tokenFile),
    'tokenFile',
  ],
  [
    'pod-extra-key: the guard is told something that it does not know',
    openclawJson,
    config((_, guard) => (guard.config.failOpen = true)),
    'failOpen',
  ],
];

test.each(attempts)('%s', async (...[, { volume, file }, change, message]) => {
  const target = path.join(pod.volume(volume), file);
  const before = readFileSync(target, 'utf8');
  const tampered = change(before);
  expect(tampered).not.toBe(before);
  chmodSync(target, 0o644);
  writeFileSync(target, tampered);
  const step = await pod.run('gateway-check');
  writeFileSync(target, before);
  expect([step.code, step.output]).toEqual([1, expect.stringContaining(message)]);
});

test('pod-not-allowed: a guard that is not among the allowed plugins loads all the same, by its own path', async () => {
  const target = path.join(pod.volume('config'), 'openclaw.json');
  const before = readFileSync(target, 'utf8');
  writeFileSync(target, config(({ plugins }) => (plugins.allow = ['telegram']))(before));
  expect((await pod.run('gateway-check')).output).toContain('guard loads');
  writeFileSync(target, before);
});

// The last one: the pod has lost the file then.
test('pod-guard-missing: a file of the guard is not in the ConfigMap', async () => {
  // A subPath mount of a key that is not there: the kubelet does not start the container either.
  rmSync(path.join(pod.volume('guard'), 'questions.js'));
  expect((await pod.run('gateway-check')).code).not.toBe(0);
});
