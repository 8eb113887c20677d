/** What makes pods ready beside a playground: one simulated node, the real scheduler, kwok. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { scheduler } from '../../playground/binaries/components.ts';
import { resolveComponent } from '../../playground/binaries/resolve.ts';
import type { Playground } from '../../playground/control-plane.ts';
import type { Program } from '../../playground/programs.ts';
import { Supervision } from '../../playground/supervision.ts';
import type { ApiClient } from '../../test/api/support/api-client.ts';
import { findKwok } from './kwok.ts';

/** Where pods may go: as large as any fleet, and with what the fleet's tenants select and tolerate. */
const node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'simulated',
    labels: {
      'kubernetes.io/hostname': 'simulated',
      'kubernetes.io/os': 'linux',
      'cellwright.dev/pool': 'hardened',
    },
  },
  status: { allocatable: room(), capacity: room() },
};

const schedulerConfig = {
  apiVersion: 'kubescheduler.config.k8s.io/v1',
  kind: 'KubeSchedulerConfiguration',
  leaderElection: { leaderElect: false },
  profiles: [
    {
      schedulerName: 'default-scheduler',
      // Nothing provides volumes here; pods are ready without theirs.
      plugins: { multiPoint: { disabled: [{ name: 'VolumeBinding' }, { name: 'VolumeZone' }] } },
    },
  ],
};

/** Starts scheduler and kwok; they end with what is returned, or with this process. */
export async function startNodes(
  { dir, kubeconfigPath }: Playground,
  { admin, progress }: { readonly admin: ApiClient; readonly progress: (line: string) => void },
): Promise<Supervision> {
  const kwok = await findKwok(progress);
  const command = await resolveComponent(scheduler, { environment: process.env, progress });
  const config = path.join(dir, 'scheduler.yaml');
  const clientConnection = { kubeconfig: kubeconfigPath, qps: 500, burst: 1000 };
  await writeFile(config, JSON.stringify({ ...schedulerConfig, clientConnection }));
  await admin.ok({ method: 'POST', path: '/api/v1/nodes', body: node });
  const supervision = new Supervision({ folder: dir, temporary: false });
  const program = (name: string, rest: Pick<Program, 'command' | 'args'>): Program => ({
    name,
    log: path.join(dir, `${name}.log`),
    ...rest,
  });
  supervision.start(program('kube-scheduler', { command, args: [`--config=${config}`, '--secure-port=0'] }));
  supervision.start(
    program('kwok', {
      command: kwok.command,
      args: [
        `--kubeconfig=${kubeconfigPath}`,
        `--config=${kwok.stages}`,
        '--manage-all-nodes',
        '--node-lease-duration-seconds=40',
        '--cidr=10.128.0.0/10',
      ],
    }),
  );
  return supervision;
}

function room(): Readonly<Record<string, string>> {
  return { cpu: '100k', memory: '1Pi', pods: '1M', 'ephemeral-storage': '1Pi' };
}
