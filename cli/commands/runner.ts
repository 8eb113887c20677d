/** `cellwright runner`: the controller as a process. */
import { setFlagsFromString } from 'node:v8';
import { platformNames } from '../../constructs/platform/labels.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { packageVersion } from '../../files/assets/package-root.ts';
import { runRunner } from '../../runner/fleet/start-runner.ts';
import { loadCluster } from '../../runner/kube/cluster.ts';
import { createLog } from '../../runner/telemetry/log.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { loadConfigFile } from '../fleet/fleet-config-file.ts';
import type { RunnerFlags } from '../program.ts';
import { untilSignal } from '../until-signal.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

/**
 * V8 lets the heap of a busy process grow to several times what is alive, and gives it back only when it idles. A runner makes
 * much garbage in bursts (lists at its start, the birth of a fleet) and should cost little. The first flag keeps the young space
 * small and would let the old one grow by 30 % between two collections, which at 10,000 tenants collects for a third of a restart: the
 * second lets it grow by half until the first passes are through (docs/performance.md).
 */
export const heapFlags = '--optimize-for-size --heap-growing-percent=50';

/**
 * From then on the API server sets the pace of a burst, and collecting more often holds up nothing. V8 reads the flag at each collection; a
 * standby, which has no passes, stays as it began.
 */
const settledHeapFlags = '--heap-growing-percent=30';

/** Runs until a signal asks it to end. */
export async function runner(flags: RunnerFlags): Promise<ExitCode> {
  const level = levels.find((known) => known === flags.logLevel);
  if (level === undefined) {
    process.stderr.write(`cellwright: --log-level must be one of ${levels.join(', ')}, got "${flags.logLevel}"\n`);
    return exitCode.usage;
  }
  setFlagsFromString(heapFlags);
  const cluster = loadCluster({ kubeconfig: flags.kubeconfig, context: flags.context });
  const { extension } = flags.extension === undefined ? {} : await loadConfigFile(flags.extension);
  await runRunner({
    cluster,
    assets: loadAssets(),
    log: createLog({ level, readable: process.stderr.isTTY, stream: process.stderr }),
    signal: untilSignal(),
    version: packageVersion(),
    concurrency: flags.concurrency,
    onSettled: () => setFlagsFromString(settledHeapFlags),
    ...(flags.leaderElect ? { election: { namespace: flags.namespace, name: platformNames.lease } } : {}),
    ...(flags.healthAddress === undefined ? {} : { healthAddress: flags.healthAddress }),
    ...(flags.admissionAddress === undefined
      ? {}
      : { admission: { address: flags.admissionAddress, names: [admissionHost(flags.namespace)] } }),
    ...(extension === undefined ? {} : { extension }),
  });
  return exitCode.fine;
}

/** The API server asks a Service by this name, and never by a longer one. */
function admissionHost(namespace: string): string {
  return `${platformNames.admission}.${namespace}.svc`;
}
