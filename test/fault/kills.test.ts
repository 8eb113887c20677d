import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditRequest } from '../api/support/audit-log.ts';
import { runnerAgent } from '../api/support/audit-log.ts';
import { keepVolumesBound } from './support/bound-volumes.ts';
import type { EndState } from './support/end-state.ts';
import { KilledRunner } from './support/killed-runner.ts';
import type { KillPoint } from './support/killed-runner.ts';
import { mayBeFewer } from './support/numbered-writes.ts';
import type { NumberedWrite } from './support/numbered-writes.ts';
import { expectState, freshState, provenFleetOfFile, untilState } from './support/proven-fleet.ts';
import { startRunnerProxy } from './support/runner-proxy.ts';
import { countFrom } from './support/seed.ts';
import { phases } from './support/tenant-life.ts';
import type { Phase } from './support/tenant-life.ts';

const fleet = provenFleetOfFile();
/** Kills of each phase beside those in its gaps; all places where that is fewer. */
const killsEach = countFrom('FAULT_KILLS', 6);
/** What comes after the end of a phase, such as the last status, comes within this, in milliseconds. */
const afterwardsMs = 2000;

/** Who is killed when, one list for each phase; at the same index is the same tenant. */
type Plan = readonly (readonly (KillPoint | undefined)[])[];

/** Each tenant has its runner killed once in each phase, each at another write; they recover while the next ones are killed. */
test('a runner that is killed before or after any of its writes leaves nothing that the next one does not put right', async () => {
  const { plane, fresh } = fleet();
  await using _volumes = await keepVolumesBound(plane);
  await using _freshVolumes = await keepVolumesBound(fresh);
  await using proxy = await startRunnerProxy(plane);
  await using runner = new KilledRunner(proxy);
  const started = performance.now();
  const plan = await planKills(runner);
  const names = Array.from({ length: Math.max(...plan.map(({ length }) => length)) }, (_, index) => `life-${index}`);

  const missed: string[] = [];
  for (const [at, phase] of phases.entries()) {
    const [wanted, notReached] = await Promise.all([
      freshStates(phase, names),
      killInPhase(runner, { phase, names, points: plan[at] ?? [] }),
    ]);
    missed.push(...notReached.map((point) => `${phase.name}: ${textOf(point)}`));
    for (const name of names) await expectState(plane, name, { wanted: wanted[name] ?? {}, withRollouts: true });
    // What the last runner does beyond that, it does at its start; and then one that starts has nothing to do.
    await runner.settled();
    for (const name of names)
      await expectState(plane, name, { wanted: wanted[name] ?? {}, withRollouts: true, seconds: 5 });
    await quiet();
    expect({ phase: phase.name, writes: await writesOfRestart(runner) }).toEqual({ phase: phase.name, writes: [] });
    process.stderr.write(`${phase.name}: ${secondsSince(started)} s\n`);
  }
  process.stderr.write(`${runner.kills} kills in ${secondsSince(started)} s; not reached: ${missed.join(', ')}\n`);
  expect(missed.filter((text) => !Object.keys(mayBeFewer).some((what) => text.includes(`: ${what} #`)))).toEqual([]);
});

function secondsSince(started: number): number {
  return Math.round((performance.now() - started) / 1000);
}

function textOf({ what, nth, when }: KillPoint): string {
  return `${what} #${nth}, ${when}`;
}

/** From two lives in which nothing goes wrong: of one that keeps its data in the end, and of one that does not. */
async function planKills(runner: KilledRunner): Promise<Plan> {
  const { plane } = fleet();
  const measured = ['measured-0', 'measured-1'];
  const plan: (KillPoint | undefined)[][] = [];
  for (const phase of phases) {
    const writesOf = runner.recordWrites(measured);
    await Promise.all(measured.map((name) => phase.act(plane, name)));
    for (const name of measured) await untilState(plane, name, phase.isOver);
    await sleep(afterwardsMs);
    const lists = measured.map((name, half) => pointsIn(phase, { writes: writesOf(name), half }));
    plan.push(inTurn(lists));
    process.stderr.write(`${phase.name} takes ${writesOf('measured-0').length} writes\n`);
  }
  return plan;
}

/** The gaps of a phase, and places that are spread over the rest: every second of them, as two kinds of tenants share them. */
function pointsIn(
  { name, gaps }: Phase,
  { writes, half }: { readonly writes: readonly NumberedWrite[]; readonly half: number },
): KillPoint[] {
  const all = writes.flatMap((write): KillPoint[] => [
    { ...write, when: 'before' },
    { ...write, when: 'after' },
  ]);
  const isGap = ({ what, when }: KillPoint): boolean => gaps.some((gap) => gap.what === what && gap.when === when);
  const lacking = gaps.filter((gap) => !all.some((point) => point.what === gap.what && point.when === gap.when));
  expect({ phase: name, lacking }).toEqual({ phase: name, lacking: [] });
  const rest = all.filter((point) => !isGap(point));
  const ownGaps = all.filter(isGap).filter((_point, index) => index % 2 === half);
  return [...ownGaps, ...spread(rest, Math.ceil(killsEach / 2))];
}

/** Even places for the first list, odd ones for the second. */
function inTurn([first = [], second = []]: readonly (readonly KillPoint[])[]): (KillPoint | undefined)[] {
  const length = Math.max(first.length, second.length);
  return Array.from({ length }, (_, index) => [first[index], second[index]]).flat();
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
  readonly points: readonly (KillPoint | undefined)[];
}

/** @returns the points that were not reached */
async function killInPhase(runner: KilledRunner, { phase, names, points }: PhaseWithKills): Promise<KillPoint[]> {
  const { plane } = fleet();
  const missed: KillPoint[] = [];
  for (const [index, name] of names.entries()) {
    const point = points[index];
    const { kills } = runner;
    if (point !== undefined) runner.arm(name, point);
    await phase.act(plane, name);
    if (point === undefined) continue;
    await untilState(plane, name, (state) => runner.kills > kills || phase.isOver(state));
    if (runner.kills === kills) await sleep(afterwardsMs);
    await runner.disarm();
    if (runner.kills === kills) missed.push(point);
  }
  return missed;
}

/** Profiles and bundles tell a little later how many tenants they have. */
async function quiet(): Promise<void> {
  const { audit } = fleet().plane;
  while ((await audit.during(() => sleep(afterwardsMs))).some(isRunnerWrite));
}

/** What a process writes that starts on everything as it is, Events and status included. */
async function writesOfRestart(runner: KilledRunner): Promise<string[]> {
  const requests = await fleet().plane.audit.during(async () => {
    await runner.restart();
    await runner.settled();
    await sleep(500);
  });
  return requests.filter(isRunnerWrite).map(({ verb, uri }) => `${verb} ${uri}`);
}

function isRunnerWrite({ userAgent, verb }: AuditRequest): boolean {
  return userAgent.startsWith(runnerAgent) && !['get', 'list', 'watch'].includes(verb);
}

/** At most `count` of them, spread evenly, the first and the last included. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  const step = count === 1 ? 0 : (items.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => items[Math.round(index * step)]).flatMap((item) => item ?? []);
}
