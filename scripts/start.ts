/**
 * The main job, from source to a real API server: synthesizes `fleet/` into `dist/`, starts a playground, applies what Git
 * would apply, lets the runner do the rest, and shows the fleet. Nothing is left running.
 */
import { fleetRows, fleetTable } from '../cli/commands/status.ts';
import { synth } from '../cli/commands/synth.ts';
import { explainFailure } from '../cli/failure.ts';
import { outliveReaders } from '../cli/lost-output.ts';
import { line, styled, terminal } from '../cli/terminal.ts';
import { untilSignal } from '../cli/until-signal.ts';
import { loadAssets } from '../files/assets/load-assets.ts';
import { packageVersion } from '../files/assets/package-root.ts';
import { startPlayground } from '../playground/control-plane.ts';
import { startRunner } from '../runner/fleet/start-runner.ts';
import { systemClock } from '../runner/kube/clock.ts';
import { loadCluster } from '../runner/kube/cluster.ts';
import { createTransport } from '../runner/kube/transport.ts';
import { createLog } from '../runner/telemetry/log.ts';
import { applyTree } from './start/apply-tree.ts';

outliveReaders(terminal);
process.exitCode = await main();

async function main(): Promise<number> {
  say('Synthesizing fleet/ into dist/');
  const code = await synth({ fleet: 'fleet', out: 'dist', delivery: 'spec', quiet: false });
  if (code !== 0) {
    return code;
  }
  const signal = untilSignal();
  try {
    await reconcile(signal);
    return 0;
  } catch (error) {
    line(terminal.err, signal.aborted ? 'stopped' : explainFailure(error));
    return 3;
  }
}

async function reconcile(signal: AbortSignal): Promise<void> {
  say('Starting a playground: etcd, kube-apiserver, kube-controller-manager');
  await using playground = await startPlayground({ signal, progress: (text) => line(terminal.err, `  ${text}`) });
  line(terminal.out, `  ${playground.server}`);
  const cluster = loadCluster({ kubeconfig: playground.kubeconfigPath });

  say('Applying what Git applies: platform, fleet, tenants');
  const transport = createTransport(cluster, { userAgent: 'gitops', clock: systemClock });
  try {
    for (const folder of ['dist/platform', 'dist/fleet', 'dist/tenants']) {
      const count = await applyTree(transport.send, folder, signal);
      line(terminal.out, `  ${folder}: ${count} objects`);
    }
  } finally {
    await transport.close();
  }

  say('Letting the runner reconcile');
  const stop = new AbortController();
  const runner = await startRunner({
    cluster,
    assets: loadAssets(),
    log: createLog({ level: 'warn', readable: true, stream: process.stderr }),
    signal: AbortSignal.any([signal, stop.signal, playground.failed]),
    version: packageVersion(),
  });
  await runner.settled();
  const rows = await fleetRows(cluster);
  stop.abort();
  await runner.done;
  signal.throwIfAborted();
  playground.failed.throwIfAborted();
  line(terminal.out, `\n${fleetTable(rows, Date.now())}\n`);
  line(
    terminal.out,
    'No pod runs here: the playground has no node. "npm run -s cellwright -- playground up" keeps one to try things on.',
  );
}

function say(text: string): void {
  line(terminal.out, styled(terminal.out, 'bold', text));
}
