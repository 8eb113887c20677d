/** Decides recorded questions again: reads logs line by line, and has opa decide what differs in batches. */
import { availableParallelism } from 'node:os';
import { readDecisionLog, unreadable } from '../../files/policy/decision-log.ts';
import type { RecordedDecision } from '../../files/policy/decision-log.ts';
import { decideAll } from '../../opa/decide.ts';
import { decisionQuery, failedDecision } from './decision.ts';
import type { FleetPolicy } from './fleet-policy.ts';
import { Lanes } from './lanes.ts';
import { hidesSomething, relevantPart, ReplayedTenants } from './replayed-tenants.ts';
import { ReplaySummary } from './replay-summary.ts';
import type { DecidedAgain } from './replay-summary.ts';

/** Different questions that opa decides in one run; with the lanes, also the bound on what is held of a log. */
const batchSize = 2000;
/** Each opa of a batch was measured to take about 100 MB. */
const mostLanes = 4;

/** What the summary compares; all of a decision would be several times as long. */
const query = `object.filter(${decisionQuery}, ["allow", "requireApproval", "reasons"])`;

interface Counted {
  readonly recorded: RecordedDecision;
  calls: number;
}
type Batch = Map<string, Counted>;

/**
 * What would change for the decisions in these logs.
 * @throws OpaError when opa fails, and an error of the system when a log cannot be read
 */
export async function replay(fleet: FleetPolicy, logs: readonly string[]): Promise<ReplaySummary> {
  const tenants = await ReplayedTenants.of(fleet);
  const summary = new ReplaySummary();
  const lanes = new Lanes(Math.min(mostLanes, availableParallelism()));
  let batch: Batch = new Map();
  const decideBatch = (full: Batch): Promise<void> => lanes.start(() => decide(full, { fleet, tenants, summary }));
  for (const log of logs) {
    for await (const recorded of readDecisionLog(log)) {
      note(recorded, { batch, tenants, summary });
      if (batch.size >= batchSize) {
        await decideBatch(batch);
        batch = new Map();
      }
    }
  }
  await decideBatch(batch);
  await lanes.end();
  return summary;
}

interface Notes {
  readonly batch: Batch;
  readonly tenants: ReplayedTenants;
  readonly summary: ReplaySummary;
}

/** Puts a line into the batch, together with those that cannot be answered differently from it. */
function note(recorded: RecordedDecision | typeof unreadable, { batch, tenants, summary }: Notes): void {
  if (recorded === unreadable) {
    summary.unreadable += 1;
    return;
  }
  const { input, result } = recorded;
  const tenant = tenants.get(input.tenant);
  if (tenant === undefined) {
    summary.unknownTenant += 1;
    return;
  }
  if (hidesSomething(input, tenant)) {
    summary.inexact += 1;
  }
  const part = relevantPart(input, tenant);
  const key = JSON.stringify([part, result?.allow, result?.requireApproval, result?.reasons]);
  const counted = batch.get(key) ?? { recorded: { input: part, result }, calls: 0 };
  counted.calls += 1;
  batch.set(key, counted);
}

interface Replay {
  readonly fleet: FleetPolicy;
  readonly tenants: ReplayedTenants;
  readonly summary: ReplaySummary;
}

async function decide(batch: Batch, { fleet, tenants, summary }: Replay): Promise<void> {
  const asked = [...batch.values()];
  const places = new Map(
    [...new Set(asked.map(({ recorded }) => recorded.input.tenant))].map((name, at) => [name, at]),
  );
  const decisions = await decideAll<DecidedAgain>({
    opa: fleet.opa,
    modules: fleet.modules,
    policies: [...places.keys()].map((name) => tenants.get(name)?.policy),
    questions: asked.map(({ recorded: { input } }) => ({ policy: places.get(input.tenant) ?? -1, input })),
    query,
    // Module and built-in that failed; what it failed on differs in each call, and would part what belongs together.
    onError: (message) => failedDecision(message.split(':').slice(0, 2).join(':')),
  });
  asked.forEach(({ recorded, calls }, index) => {
    summary.add(recorded, decisions[index] ?? failedDecision('no answer'), calls);
  });
}
