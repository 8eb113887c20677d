import { beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { withDefaults } from '../../constructs/api/defaults.ts';
import { apiGroup, apiVersion } from '../../constructs/api/kinds/kind.ts';
import { kindNamed } from '../../constructs/api/kinds/registry.ts';
import type { Problem } from '../../constructs/api/problem.ts';
import type { TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import { checkTenant } from '../../constructs/rules/check-tenant.ts';
import { countRequests } from '../api/support/audit-log.ts';
import { controlPlaneOfFile } from '../api/support/control-plane.ts';
import { installPlatform } from '../api/support/installed-platform.ts';
import {
  condition,
  createObject,
  eventually,
  isObserved,
  mergePatch,
  ours,
  startTestRunner,
  tenant,
} from '../api/support/running-fleet.ts';
import type { TestRunner } from '../api/support/running-fleet.ts';
import { drawnSpec } from './support/drawn-spec.ts';
import { installOptionalKinds } from './support/optional-kinds.ts';
import { optionalParts, partsOf } from './support/optional-parts.ts';
import { keepPodsReady } from './support/ready-pods.ts';
import { freshParts, inputOf, makeFreshNamespace, presentParts } from './support/rendered-objects.ts';
import { countFrom, randomFrom, seedOfRun } from './support/seed.ts';
import { SwitchedParts } from './support/switched-parts.ts';

const plane = controlPlaneOfFile();
const agent = 'cellwright-runner/0.0.0-test';
const name = 'changing';
const seed = seedOfRun('sequences.test.ts');
const random = randomFrom(seed);
const steps = countFrom('FAULT_STEPS', process.env['FAULT_SOAK'] === undefined ? 25 : 500);
/**
 * Longest that a step may take, in seconds. Where fewer replicas come with another template, the StatefulSet controller of 1.34 miscounts
 * (`status.currentReplicas: Invalid value: -1`) and makes no pod until its next tries come out right, by chance: it took it up to three minutes.
 */
const patience = 500;
/** Specs of which a step takes one. */
const draws = 120;
/** Steps in which every part comes and goes: by the definition alone it took at most 20 of 40 draws each, and 14 of 200, with twelve seeds. */
const enoughSteps = 25;

beforeAll(async () => {
  await installPlatform(plane());
  await installOptionalKinds(plane());
  await makeFreshNamespace(plane());
  await mergePatch(plane(), ours('GatewayProfile', 'default'), {
    spec: {
      defaults: { storage: { size: '1Gi' } },
      fixed: { fields: [] },
      network: { egressNamespaces: ['tools', 'data'] },
      access: {
        hostTemplate: '{tenant}.cells.example.com',
        ingressAnnotations: ['example.com/team', 'example.com/timeout'],
      },
      monitoring: { podMonitor: true, from: { namespace: 'monitoring' } },
    },
  });
  await createObject(plane(), 'PolicyBundle', { name: 'base', spec: { rules: { tools: { deny: ['gateway'] } } } });
  for (const [group, kind, fields] of classes) await createClasses(group, kind, fields);
}, 20 * 60_000);

/** What specs may name; without them no pod of theirs is admitted. */
const classes: readonly (readonly [string, string, Readonly<Record<string, object>>])[] = [
  ['node.k8s.io', 'RuntimeClass', { gvisor: { handler: 'runsc' }, kata: { handler: 'kata' } }],
  ['scheduling.k8s.io', 'PriorityClass', { high: { value: 1000 }, low: { value: 10 } }],
];

async function createClasses(group: string, kind: string, all: Readonly<Record<string, object>>): Promise<void> {
  for (const [className, fields] of Object.entries(all)) {
    const body = { apiVersion: `${group}/v1`, kind, metadata: { name: className }, ...fields };
    await plane().admin.ok({ method: 'POST', path: `/apis/${group}/v1/${kind.toLowerCase()}es`, body });
  }
}

type Spec = TenantGatewaySpec;

/** Parts of which the definition of the kind does not say that they come and go. */
const byValue: Readonly<Record<string, (spec: Spec, before: Spec | undefined) => boolean>> = {
  'more than one replica': ({ replicas = 1, state }) => replicas > 1 && state !== 'Stopped',
  'a larger volume': ({ storage }, before) => storage?.size !== undefined && storage.size !== before?.storage?.size,
};

/** Of which the draws have only one state: said for good, or never. */
const constant = new Set(['organization', 'storage', 'storage.size', 'storage.className', 'delivery=Rendered']);

const parts = [...optionalParts(), ...Object.keys(byValue)].filter((part) => !constant.has(part));

const switched = new SwitchedParts(parts);

interface Step {
  readonly spec: Spec;
  /** Specs that were drawn and are not valid. */
  readonly refused: number;
}

/** Of a few specs, the valid one in which most parts come or go that never did. */
async function nextStep(index: number, before: Spec | undefined): Promise<Step> {
  const drawn = Array.from({ length: draws }, () => drawnSpec(random, before)).map((spec) => ({
    spec,
    present: presentIn(spec, before),
  }));
  const gainful = drawn.sort((left, right) => switched.gain(right.present) - switched.gain(left.present));
  for (const [refused, { spec, present }] of gainful.entries()) {
    const problems = await problemsOf(spec, before);
    if (problems.length === 0) {
      switched.take(present);
      return { spec, refused };
    }
    if (process.env['FAULT_REFUSED'] !== undefined) process.stderr.write(`${JSON.stringify(problems)}\n`);
  }
  throw new Error(`seed ${seed}, step ${index}: none of ${draws} specs is valid`);
}

function presentIn(spec: Spec, before: Spec | undefined): Set<string> {
  const values = Object.entries(byValue).flatMap(([part, isThere]) => (isThere(spec, before) ? [part] : []));
  return new Set([...partsOf(spec), ...values]);
}

async function problemsOf(spec: Spec, before: Spec | undefined): Promise<Problem[]> {
  const objectOf = (one: Spec): object => ({
    apiVersion: `${apiGroup}/${apiVersion}`,
    kind: 'TenantGateway',
    metadata: { name },
    spec: one,
  });
  const own = validateObject(objectOf(spec), before === undefined ? undefined : objectOf(before));
  const definition = kindNamed('TenantGateway');
  if (own.length > 0 || definition === undefined) return own;
  const filled = (withDefaults(definition, objectOf(spec)) as { spec: Spec }).spec;
  return checkTenant(await inputOf(plane().admin, { name, spec: filled }));
}

test('whatever is changed in a spec, the end is a fresh deploy of it, and the next pass writes nothing', async () => {
  await using runner = await startTestRunner(plane());
  await using _kubelet = keepPodsReady(plane().client);
  let before: Spec | undefined;
  let refused = 0;
  const started = performance.now();
  for (let index = 0; index < steps; index += 1) {
    const step = await nextStep(index, before);
    refused += step.refused;
    if (before === undefined) await createObject(plane(), 'TenantGateway', { name, spec: step.spec });
    else await replaceSpec(step.spec);
    try {
      await expectFreshDeploy(runner);
      expect(await writesOfNextPass(runner)).toBe(0);
    } catch (cause) {
      const what = `${JSON.stringify(before, null, 1)}\n→ ${JSON.stringify(step.spec, null, 1)}`;
      throw new Error(`seed ${seed}, step ${index}: ${(cause as Error).message}\n${what}`, { cause });
    }
    before = step.spec;
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stderr.write(`${steps} steps in ${seconds} s, ${refused} specs were drawn that are not valid\n`);
  expect(refused).toBeLessThan(steps);
  if (steps >= enoughSteps) expect(switched.missing()).toEqual([]);
});

async function replaceSpec(spec: Spec): Promise<void> {
  const path = `${ours('TenantGateway', name)}?fieldValidation=Strict`;
  const body = [{ op: 'replace', path: '/spec', value: spec }];
  await plane().admin.ok({ method: 'PATCH', path, body, contentType: 'application/json-patch+json' });
}

/** The tenant says that it is ready, and every object is as a deploy from nothing would make it; there are no others. */
async function expectFreshDeploy(runner: TestRunner): Promise<void> {
  const { admin } = plane();
  const end = performance.now() + patience * 1000;
  for (;;) {
    const live = await tenant(plane(), name);
    const isReady = isObserved(live.status, live) && condition(live, 'Ready')?.status === 'True';
    if (isReady) {
      const wanted = await freshParts(admin, name);
      if (isDeepStrictEqual(await presentParts(admin, name), wanted)) break;
      if (performance.now() > end) expect(await presentParts(admin, name)).toEqual(wanted);
    }
    if (performance.now() > end)
      throw new Error(`not ready after ${patience} s: ${JSON.stringify(live.status, null, 1)}`);
    await sleep(100);
  }
  await runner.settled();
}

/** A touch that changes nothing makes a pass. */
async function writesOfNextPass(runner: TestRunner): Promise<number> {
  const passes = await runner.passes();
  const requests = await plane().audit.during(async () => {
    const annotations = { touched: String(passes) };
    await mergePatch(plane(), ours('TenantGateway', name), { metadata: { annotations } });
    await eventually(async () => (await runner.passes()) > passes);
    await runner.settled();
  });
  return countRequests(requests).get(agent)?.writes ?? 0;
}
