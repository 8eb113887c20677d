import { expect, test } from '@jest/globals';
import type { ApiClient } from '../api/support/api-client.ts';
import { createObject, ours } from '../api/support/running-fleet.ts';
import type { EndState } from './support/end-state.ts';
import { FaultProxy } from './support/fault-proxy.ts';
import { KilledRunner } from './support/killed-runner.ts';
import type { KillPoint } from './support/killed-runner.ts';
import { expectState, freshState, isDeleted, provenFleetOfFile } from './support/proven-fleet.ts';
import { countFrom } from './support/seed.ts';
import { changeSpec } from './support/tenants.ts';

const fleet = provenFleetOfFile();
/** Kills of each phase; all places where that is fewer. */
const killsEach = countFrom('FAULT_KILLS', 12);

/** The life of a tenant: what a person does in each phase. */
const phases = {
  create: (plane, name) => createObject(plane, 'TenantGateway', { name, spec: specOf(name) }),
  // Config and policy roll the pods, the quota grows, an Ingress goes, a rule of the network comes.
  update: (plane, name) =>
    changeSpec(plane, name, {
      access: null,
      egress: [{ cidr: '203.0.113.10/32', ports: [{ port: 8443 }] }],
      resources: { memory: '1100Mi', memoryLimit: '2Gi' },
      policy: { tools: { deny: ['exec'] } },
    }),
  delete: async ({ admin }, name) => {
    await admin.ok({ method: 'DELETE', path: ours('TenantGateway', name) });
  },
} satisfies Record<string, (plane: { readonly admin: ApiClient }, name: string) => Promise<void>>;

type Phase = keyof typeof phases;
const phaseNames = Object.keys(phases) as Phase[];

function specOf(name: string): object {
  const deletionPolicy = Number(name.split('-')[1]) % 2 === 0 ? 'Retain' : 'Delete';
  return { deletionPolicy, access: { ingress: { host: `${name}.example.com` } } };
}

test('a runner that is killed before or after any of its writes leaves nothing that the next one does not put right', async () => {
  const { plane } = fleet();
  await using proxy = await FaultProxy.start(plane);
  await using runner = new KilledRunner(proxy);
  await runner.settled();

  const writes = await countWrites(runner);
  const points = phaseNames.map((phase) => spread(killPoints(writes[phase]), killsEach));
  const names = Array.from({ length: Math.max(...points.map(({ length }) => length)) }, (_, index) => `life-${index}`);
  const wanted = await freshLives(names);

  const started = performance.now();
  let planned = 0;
  for (const [index, name] of names.entries()) {
    for (const [at, phase] of phaseNames.entries()) {
      const point = points[at]?.[index];
      planned += point === undefined ? 0 : 1;
      await live({ runner, name, phase, point, wanted: wanted[phase][name] ?? {} });
    }
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  const of = phaseNames.map((phase) => `${phase} ${writes[phase]}`).join(', ');
  process.stderr.write(`${runner.kills} kills of ${planned} planned in ${seconds} s; writes: ${of}\n`);
  // A status that says two things at once in one run is written twice in another; then the last place is never reached.
  expect(runner.kills).toBeGreaterThanOrEqual(planned * 0.8);
});

interface Living {
  readonly runner: KilledRunner;
  readonly name: string;
  readonly phase: Phase;
  readonly point: KillPoint | undefined;
  readonly wanted: EndState;
}

async function live({ runner, name, phase, point, wanted }: Living): Promise<void> {
  const { plane } = fleet();
  if (point !== undefined) runner.arm(name, point);
  await phases[phase](plane, name);
  const where = `${phase} of ${name}, killed ${point?.when ?? 'nowhere'} write ${point?.write ?? 0}`;
  try {
    await expectState(plane, name, { wanted, withRollouts: true });
    await runner.disarm();
    // What the runner that came after the kill does beyond that, it does at its start.
    await runner.settled();
    await expectState(plane, name, { wanted, withRollouts: true, seconds: 10 });
  } catch (cause) {
    throw new Error(`${where}\n${(cause as Error).message}\nlog of the runner:\n${runner.log}`, { cause });
  }
}

/** How many writes each phase takes when nothing goes wrong. */
async function countWrites(runner: KilledRunner): Promise<Record<Phase, number>> {
  const { plane } = fleet();
  const counts: Record<Phase, number> = { create: 0, update: 0, delete: 0 };
  const name = 'measured-1';
  const wanted = await freshLives([name]);
  for (const phase of phaseNames) {
    const count = runner.countWrites(name);
    await phases[phase](plane, name);
    await expectState(plane, name, { wanted: wanted[phase][name] ?? {}, withRollouts: true });
    counts[phase] = count();
  }
  return counts;
}

/** The states after each phase on the undisturbed control plane, all tenants at once. */
async function freshLives(names: readonly string[]): Promise<Record<Phase, Readonly<Record<string, EndState>>>> {
  const states = { create: {}, update: {}, delete: {} } as Record<Phase, Record<string, EndState>>;
  for (const phase of phaseNames) {
    for (const name of names) await phases[phase](fleet().fresh, name);
    for (const name of names) {
      states[phase][name] = await freshState(fleet(), name, phase === 'delete' ? isDeleted : undefined);
    }
  }
  return states;
}

function killPoints(writes: number): KillPoint[] {
  return Array.from({ length: writes }, (_, index) => index + 1).flatMap((write) => [
    { write, when: 'before' as const },
    { write, when: 'after' as const },
  ]);
}

/** At most `count` of them, spread evenly, the first and the last included. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  const step = count === 1 ? 0 : (items.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => items[Math.round(index * step)]).flatMap((item) => item ?? []);
}
