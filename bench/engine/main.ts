/**
 * Measures the runner on a real control plane: `npm run bench -- engine`, or `node bench/engine/main.ts --help`.
 * etcd, kube-apiserver, kube-controller-manager and kube-scheduler are real; nodes and running pods are kwok's.
 */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { annotated, atRest, memory } from './at-rest.ts';
import { startCluster } from './cluster.ts';
import { driftRepaired } from './drift.ts';
import { floor } from './floor.ts';
import type { Floor } from './floor.ts';
import { fromNothing, fromNothingRows, oneMore } from './from-nothing.ts';
import type { Ours } from './from-nothing.ts';
import { tenantObject } from './managed-fleet.ts';
import { profileChanges } from './profile-change.ts';
import { asJson, asTables } from './report.ts';
import type { Requests, Row } from './report.ts';
import { restarted } from './restart.ts';
import type { RunnerCommand } from './runner-process.ts';
import { Session } from './session.ts';

const usage = `Usage: npm run bench -- engine [options]
  --tenants N         tenants of the fleet (default 100)
  --rounds N          times that the fleet is made from nothing, each beside the floor (default 3, above 100 tenants 1)
  --rest SECONDS      how long the settled fleet is watched (default 60, from 1,000 tenants 300)
  --no-floor          do not measure the floor (the default above 2,000 tenants)
  --profiles FOLDER   write CPU profiles of the runner, which then runs from source
  -o, --output FORMAT table or json (default table)
`;

/** What was asked for. */
export interface EngineOptions {
  readonly tenants: number;
  readonly rounds: number;
  readonly restSeconds: number;
  readonly withFloor: boolean;
  readonly profiles: string | undefined;
  readonly output: 'table' | 'json';
}

/** @throws RangeError for a value that is no positive number or no format */
export function engineOptions(args: readonly string[]): EngineOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      tenants: { type: 'string', default: '100' },
      rounds: { type: 'string' },
      rest: { type: 'string' },
      floor: { type: 'boolean' },
      profiles: { type: 'string' },
      output: { type: 'string', short: 'o', default: 'table' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const tenants = positive('--tenants', values.tenants);
  const { output } = values;
  if (output !== 'table' && output !== 'json') throw new RangeError(`--output is table or json, not ${output}`);
  return {
    tenants,
    rounds: positive('--rounds', values.rounds ?? (tenants > 100 ? '1' : '3')),
    restSeconds: positive('--rest', values.rest ?? (tenants >= 1000 ? '300' : '60')),
    withFloor: values.floor ?? tenants <= 2000,
    profiles: values.profiles,
    output,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} is a positive whole number, not ${text}`);
  return value;
}

/** Measures and prints. */
export async function engine(args: readonly string[]): Promise<void> {
  const options = engineOptions(args);
  if (options === 'help') {
    process.stdout.write(usage);
    return;
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
    return { rows: [...first, ...(await settledRows(session, options))], requests: session.requests };
  }
}

/** Everything that is measured of a fleet that is there. */
async function settledRows(session: Session, { restSeconds }: EngineOptions): Promise<Row[]> {
  const cases: readonly (readonly [string, () => Promise<Row[]>])[] = [
    ['memory', () => memory(session, 'after it')],
    [`at rest for ${restSeconds} s`, () => atRest(session, restSeconds)],
    ['an annotation on each', () => annotated(session)],
    ['changes of the profile', () => profileChanges(session)],
    ['drift', () => driftRepaired(session)],
    ['a restart', () => restarted(session)],
    ['memory', () => memory(session, 'after the restart')],
    ['one tenant more', () => oneMore(session)],
  ];
  const rows: Row[] = [];
  for (const [what, measureCase] of cases) {
    session.progress(what);
    rows.push(...(await measureCase()));
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
