/** A runner as a process of its own, so that it can be killed and stopped: settings as JSON in its argument, until SIGTERM. */
import { untilSignal } from '../../../cli/until-signal.ts';
import { loadAssets } from '../../../files/assets/load-assets.ts';
import { runRunner } from '../../../runner/fleet/start-runner.ts';
import { loadCluster } from '../../../runner/kube/cluster.ts';
import { createLog } from '../../../runner/telemetry/log.ts';
import { settledLine } from './runner-process.ts';
import type { RunnerSettings } from './runner-process.ts';

const { kubeconfig, ...settings } = JSON.parse(process.argv[2] ?? '{}') as RunnerSettings;
await runRunner({
  cluster: loadCluster({ kubeconfig }),
  assets: loadAssets(),
  log: createLog({ level: 'info', readable: false, stream: process.stdout }),
  signal: untilSignal(),
  version: '0.0.0-test',
  onSettled: () => process.stdout.write(`${settledLine}\n`),
  ...settings,
});
