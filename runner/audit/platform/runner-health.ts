/** Somebody is at work: runner pods are ready, and one of them leads. */
import { platformNames } from '../../../constructs/platform/labels.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import type { LivePlatform } from './live-platform.ts';

/** Clocks of this machine and of the runner may be this far apart, in milliseconds. */
const skewMs = 30_000;

/** See above. */
export const runnerHealth: Check<LivePlatform> = {
  reports: ['runner.not-ready', 'runner.no-leader'],
  run: (platform) => [...readiness(platform), ...leadership(platform)],
};

function readiness({ objects }: LivePlatform): Found[] {
  return objects.flatMap(({ live }): Found[] => {
    if (typeof live === 'string' || live.kind !== 'Deployment') return [];
    const { spec = {}, status = {} } = live as LiveObject & {
      readonly spec?: { readonly replicas?: number };
      readonly status?: { readonly readyReplicas?: number };
    };
    const [wanted, ready] = [spec.replicas ?? 1, status.readyReplicas ?? 0];
    return ready >= wanted && ready > 0
      ? []
      : [{ id: 'runner.not-ready', object: refOf(live), why: `${ready} of ${wanted} pods are ready` }];
  });
}

function leadership({ lease, settings, now }: LivePlatform): Found[] {
  if (lease === 'hidden') return [];
  const object = { kind: 'Lease', namespace: settings.namespace, name: platformNames.lease };
  const told = (why: string): Found[] => [{ id: 'runner.no-leader', object, why }];
  if (lease === 'absent') return told('there is no Lease: no runner has worked here yet');
  const { spec = {} } = lease as LiveObject & {
    readonly spec?: {
      readonly holderIdentity?: string;
      readonly renewTime?: string;
      readonly leaseDurationSeconds?: number;
    };
  };
  const { holderIdentity = '', renewTime = '', leaseDurationSeconds = 15 } = spec;
  if (holderIdentity === '') return told('nobody holds the Lease');
  const silentMs = now - Date.parse(renewTime);
  return silentMs <= leaseDurationSeconds * 1000 + skewMs
    ? []
    : told(`${holderIdentity} has not renewed the Lease since ${renewTime}`);
}
