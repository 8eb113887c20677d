import { expect, test } from '@jest/globals';
import type { ApiClient } from '../api/support/api-client.ts';
import { createObject, deleteTenant } from '../api/support/running-fleet.ts';
import type { EndState } from './support/end-state.ts';
import { KilledRunner } from './support/killed-runner.ts';
import type { KillPoint } from './support/killed-runner.ts';
import { expectState, freshState, isDeleted, isReady, provenFleetOfFile, untilState } from './support/proven-fleet.ts';
import { startRunnerProxy } from './support/runner-proxy.ts';
import { countFrom } from './support/seed.ts';
import { changeSpec } from './support/tenants.ts';

const fleet = provenFleetOfFile();
/** Kills of each phase; all places where that is fewer. */
const killsEach = countFrom('FAULT_KILLS', 12);

interface Phase {
  readonly name: string;
  /** What a person does. */
  readonly act: (plane: { readonly admin: ApiClient }, tenant: string) => Promise<void>;
  readonly isOver: (state: EndState) => boolean;
}

/** The life of a tenant. */
const phases: readonly Phase[] = [
  {
    name: 'create',
    act: (plane, name) => createObject(plane, 'TenantGateway', { name, spec: specOf(name) }),
    isOver: isReady,
  },
  {
    name: 'update',
    // Config and policy roll the pods, the quota grows, an Ingress goes, a rule of the network comes.
    act: (plane, name) =>
      changeSpec(plane, name, {
        access: null,
        egress: [{ cidr: '203.0.113.10/32', ports: [{ port: 8443 }] }],
        resources: { memory: '1100Mi', memoryLimit: '2Gi' },
        policy: { tools: { deny: ['exec'] } },
      }),
    isOver: isReady,
  },
  {
    name: 'delete',
    act: deleteTenant,
    isOver: isDeleted,
  },
];

function specOf(name: string): object {
  const deletionPolicy = Number(name.split('-')[1]) % 2 === 0 ? 'Retain' : 'Delete';
  return { deletionPolicy, access: { ingress: { host: `${name}.example.com` } } };
}

/** Each tenant has its runner killed once in each phase, each at another write; they recover while the next ones are killed. */
test('a runner that is killed before or after any of its writes leaves nothing that the next one does not put right', async () => {
  const { plane } = fleet();
  await using proxy = await startRunnerProxy(plane);
  await using runner = new KilledRunner(proxy);
  const started = performance.now();
  const points = (await countWrites(runner)).map((writes) => spread(killPoints(writes), killsEach));
  const names = Array.from({ length: Math.max(...points.map(({ length }) => length)) }, (_, index) => `life-${index}`);

  for (const [at, phase] of phases.entries()) {
    const [wanted] = await Promise.all([
      freshStates(phase, names),
      killInPhase(runner, { phase, names, points: points[at] ?? [] }),
    ]);
    for (const name of names) await expectState(plane, name, { wanted: wanted[name] ?? {}, withRollouts: true });
    // What the last runner does beyond that, it does at its start.
    await runner.settled();
    for (const name of names)
      await expectState(plane, name, { wanted: wanted[name] ?? {}, withRollouts: true, seconds: 5 });
  }
  const planned = points.reduce((sum, { length }) => sum + length, 0);
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stderr.write(`${runner.kills} kills of ${planned} planned in ${seconds} s\n`);
  // A status that is written twice in one run is written once in another; then the last place is never reached.
  expect(runner.kills).toBeGreaterThanOrEqual(planned * 0.8);
});

/** How many writes each phase takes when nothing goes wrong. */
async function countWrites(runner: KilledRunner): Promise<number[]> {
  const counts: number[] = [];
  for (const { name, act, isOver } of phases) {
    const count = runner.countWrites('measured-1');
    await act(fleet().plane, 'measured-1');
    await untilState(fleet().plane, 'measured-1', isOver);
    process.stderr.write(`${name} takes ${count()} writes\n`);
    counts.push(count());
  }
  return counts;
}

/** The states after a phase on the undisturbed control plane, all tenants at once. */
async function freshStates({ act, isOver }: Phase, names: readonly string[]): Promise<Record<string, EndState>> {
  const { fresh } = fleet();
  const states: Record<string, EndState> = {};
  for (const name of names) await act(fresh, name);
  for (const name of names) states[name] = await freshState(fleet(), name, isOver);
  return states;
}

interface PhaseWithKills {
  readonly phase: Phase;
  readonly names: readonly string[];
  readonly points: readonly KillPoint[];
}

async function killInPhase(runner: KilledRunner, { phase, names, points }: PhaseWithKills): Promise<void> {
  const { plane } = fleet();
  for (const [index, name] of names.entries()) {
    const point = points[index];
    const kills = runner.kills;
    if (point !== undefined) runner.arm(name, point);
    await phase.act(plane, name);
    if (point === undefined) continue;
    await untilState(plane, name, (state) => runner.kills > kills || phase.isOver(state));
    await runner.disarm();
  }
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
