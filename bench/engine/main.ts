/**
 * Measures the runner on a real control plane: `npm run bench -- engine`, or `node bench/engine/main.ts --help`.
 * etcd, kube-apiserver, kube-controller-manager and kube-scheduler are real; nodes and running pods are kwok's.
 */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { annotated, atRest, memory } from './at-rest.ts';
import { audited } from './audited.ts';
import { besideBroken } from './broken.ts';
import { startCluster } from './cluster.ts';
import { driftRepaired } from './drift.ts';
import { floor } from './floor.ts';
import type { Floor } from './floor.ts';
import { fromNothing, fromNothingRows, oneMore } from './from-nothing.ts';
import type { Ours } from './from-nothing.ts';
import { tenantObject } from './managed-fleet.ts';
import { caseNames, engineOptions, usage } from './options.ts';
import type { CaseName, EngineOptions } from './options.ts';
import { profileChanges } from './profile-change.ts';
import { areMet, asJson, asTables, asText } from './report.ts';
import type { Requests, Row } from './report.ts';
import { restarted } from './restart.ts';
import type { RunnerCommand } from './runner-process.ts';
import { Session } from './session.ts';

/** Measures and prints. @returns whether every promise is kept */
export async function engine(args: readonly string[]): Promise<boolean> {
  const options = engineOptions(args);
  if (options === 'help') {
    process.stdout.write(usage);
    return true;
  }
  const start = performance.now();
  const progress = (line: string): void => {
    process.stderr.write(`${((performance.now() - start) / 1000).toFixed(0).padStart(5)} s  ${line}\n`);
  };
  const { rows, requests } = await measure(options, progress);
  const environment = `${cpus().length} CPUs (${cpus()[0]?.model ?? ''}), node ${process.version}, load ${loadavg()[0]?.toFixed(1) ?? ''}`;
  const text =
    options.output === 'json'
      ? asJson(rows, requests, { machine: environment, ...options })
      : `${asTables(rows, requests)}\n\n${environment}`;
  process.stdout.write(`${text}\n`);
  return areMet(rows);
}

interface Measured {
  readonly rows: readonly Row[];
  readonly requests: Requests;
}

async function measure(options: EngineOptions, progress: (line: string) => void): Promise<Measured> {
  const command = runnerCommand(options, progress);
  const tenants = Array.from({ length: options.tenants }, (_, index) => tenantObject(index));
  const floors: Floor[] = [];
  const ours: Ours[] = [];
  for (let round = 1; ; round += 1) {
    if (options.withFloor) {
      progress(`round ${round} of ${options.rounds}: the floor, ${options.tenants} tenants by a plain loop`);
      await using cluster = await startCluster(progress);
      floors.push(await floor(cluster, tenants));
    }
    progress(`round ${round} of ${options.rounds}: the runner, the same tenants`);
    await using cluster = await startCluster(progress);
    await using session = await Session.open({ cluster, command, tenants: options.tenants, progress });
    ours.push(await fromNothing(session, tenants));
    if (round < options.rounds) continue;
    const first = fromNothingRows(session, tenants, { floors, ours });
    for (const row of first) progress(`  ${asText(row)}`);
    return { rows: [...first, ...(await settledRows(session, options))], requests: session.requests };
  }
}

/** What is measured of a fleet that is there. */
async function settledRows(session: Session, { cases, restSeconds }: EngineOptions): Promise<Row[]> {
  const measures: Readonly<Record<CaseName, () => Promise<Row[]>>> = {
    rest: () => atRest(session, restSeconds),
    doctor: () => audited(session),
    annotation: () => annotated(session),
    profile: () => profileChanges(session),
    drift: () => driftRepaired(session),
    broken: () => besideBroken(session),
    restart: async () => [...(await restarted(session)), ...(await memory(session, 'after the restart'))],
    'one-more': () => oneMore(session),
  };
  const rows: Row[] = [];
  const tell = (found: readonly Row[]): void => {
    // A run of hours that is cut off has told what it knew.
    for (const row of found) session.progress(`  ${asText(row)}`);
    rows.push(...found);
  };
  tell(await memory(session, 'after it'));
  for (const name of caseNames.filter((one) => cases.includes(one))) {
    session.progress(name);
    tell(await measures[name]());
  }
  return rows;
}

/** The packaged command, made anew: what operators run. */
function runnerCommand({ profiles }: EngineOptions, progress: (line: string) => void): RunnerCommand {
  if (profiles !== undefined) return { file: path.resolve('cli/main.ts'), profiles };
  progress('building the command');
  const { status } = spawnSync(process.execPath, ['scripts/build-package.ts'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`npm run build ended with ${String(status)}`);
  return { file: path.resolve('build/cli/cellwright.js') };
}
