/**
 * Local validation and the API server give the same verdict. The cases come from walking the schemas, so that a new
 * field, bound or rule is tested from the day it is there.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withDefaults } from '../../constructs/api/defaults.ts';
import type { KindDefinition } from '../../constructs/api/kinds/kind.ts';
import { tenantGateway } from '../../constructs/api/kinds/tenant-gateway.ts';
import { kinds } from '../../constructs/api/kinds/registry.ts';
import type { Problem } from '../../constructs/api/problem.ts';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import { startPlayground } from '../../playground/control-plane.ts';
import type { Playground } from '../../playground/control-plane.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import { loadCluster } from '../../runner/kube/cluster.ts';
import { createTransport } from '../../runner/kube/transport.ts';
import type { Transport } from '../../runner/kube/transport.ts';
import { installKinds, judgeChange, judgeNew, keptObject } from './parity/api-server.ts';
import type { ServerVerdict } from './parity/api-server.ts';
import { inBatches } from './parity/batches.ts';
import { exceptions } from './parity/exceptions.ts';
import { nameCases } from './parity/name-cases.ts';
import { nodeCases } from './parity/node-cases.ts';
import type { ParityCase } from './parity/node-cases.ts';
import { wholeObject } from './parity/placement.ts';
import { changeCases, placedRules, stateCases } from './parity/rule-cases.ts';
import { changeSamples, stateSamples } from './parity/rule-samples.ts';
import { schemaNodes } from './parity/schema-walk.ts';

let playground: Playground;
let transport: Transport;
let warnings: readonly string[];

beforeAll(async () => {
  playground = await startPlayground();
  const cluster = loadCluster({ kubeconfig: playground.kubeconfigPath });
  transport = createTransport(cluster, { userAgent: 'cellwright-test', clock: systemClock });
  warnings = await installKinds(transport.send);
});

afterAll(async () => {
  await transport.close();
  await playground.stop();
});

/**
 * One line for each case in which the three do not agree: what we wrote down, local validation, the API server. A good
 * object must also get the same defaults from both.
 */
async function disagreements(kind: KindDefinition, cases: readonly ParityCase[]): Promise<string[]> {
  const lines = await inBatches(cases, async (sample) => {
    const problems = validateObject(sample.object);
    const server = await judgeNew(transport.send, kind, sample.object);
    if ((problems.length === 0) !== sample.good || server.accepted !== sample.good) {
      return [difference(sample, problems, server)];
    }
    const ours = sample.good ? specOf(withDefaults(kind, sample.object)) : undefined;
    return isDeepStrictEqual(ours, specOf(server.object)) ? [] : [`${sample.name}: the defaults differ`];
  });
  return lines.flat();
}

function difference({ name, good }: ParityCase, problems: readonly Problem[], server: ServerVerdict): string {
  return `${name}: meant ${good ? 'good' : 'bad'}, local ${JSON.stringify(problems)}, server ${server.message || 'good'}`;
}

/** The spec as JSON has it, without what JavaScript adds. */
function specOf(object: unknown): unknown {
  const { spec } = (object ?? {}) as { readonly spec?: unknown };
  return spec === undefined ? undefined : JSON.parse(JSON.stringify(spec));
}

describe.each(kinds.map((kind) => [kind.kind, kind] as const))('%s', (_name, kind) => {
  test('is judged alike in every field, type, pattern and bound, and gets the same defaults', async () => {
    const cases = schemaNodes(kind).flatMap(nodeCases);
    expect(cases.length).toBeGreaterThan(100);
    expect(await disagreements(kind, cases)).toEqual([]);
  });

  test('is judged alike in name, labels and annotations', async () => {
    expect(await disagreements(kind, nameCases(kind))).toEqual([]);
  });

  test('is judged alike by every rule on what is', async () => {
    const rules = placedRules(kind).filter(({ transition }) => !transition);
    const samples = rules.map((rule) => ({ rule, cases: stateCases(rule) }));
    for (const { rule, cases } of samples) {
      expect([rule.what, cases.some(({ good }) => good), cases.some(({ good }) => !good)]).toEqual([
        rule.what,
        true,
        true,
      ]);
    }
    expect(
      await disagreements(
        kind,
        samples.flatMap(({ cases }) => cases),
      ),
    ).toEqual([]);
  });
});

test('the API server takes the definitions without a warning', () => {
  expect(warnings).toEqual([]);
});

test.each(kinds.map((kind) => [kind.kind, kind] as const))(
  'a new %s has not been observed, so that kstatus does not call it current',
  async (_name, kind) => {
    expect(await keptObject(transport.send, kind, wholeObject(kind, { spec: {} }))).toMatchObject({
      metadata: { generation: 1 },
      status: { observedGeneration: -1 },
    });
  },
);

test('every change is judged alike by the rules on changes', async () => {
  const rules = kinds.flatMap(placedRules).filter(({ transition }) => transition);
  const cases = rules.flatMap(changeCases);
  expect(rules.map(({ what }) => what).sort()).toEqual(Object.keys(changeSamples).sort());
  const lines = await inBatches([...cases.entries()], async ([index, sample]) => {
    const problems = validateObject(sample.object, sample.old);
    const server = await judgeChange(transport.send, { ...sample, name: `change-${index}` });
    const agreed = (problems.length === 0) === sample.good && server.accepted === sample.good;
    return agreed ? [] : [difference(sample, problems, server)];
  });
  expect(lines.flat()).toEqual([]);
});

test.each(exceptions.map((exception) => [exception.name, exception] as const))(
  'the registered exception is still one: %s',
  async (_name, { object, local, server }) => {
    const verdict = await judgeNew(transport.send, tenantGateway, object);
    expect([validateObject(object).length === 0, verdict.accepted]).toEqual([local, server]);
  },
);

test('every sample belongs to a rule that is there', () => {
  const known = new Set(kinds.flatMap(placedRules).map(({ what }) => what));
  expect([...Object.keys(stateSamples), ...Object.keys(changeSamples)].filter((what) => !known.has(what))).toEqual([]);
});
