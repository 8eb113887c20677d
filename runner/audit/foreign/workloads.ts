/** Nothing in the namespace makes pods but the gateway's StatefulSet. */
import { refOf } from '../finding.ts';
import type { Check } from '../finding.ts';
import { othersOf } from './live-place.ts';
import type { LivePlace } from './live-place.ts';
import { controllerOf } from './pod-like.ts';

/** Kinds that make pods. Of ReplicaSets that nobody made, the pods are told. */
const workloads = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'] as const;

/** See above. What another of them made goes with it; where that is forged, the pods are told. */
export const foreignWorkloads: Check<LivePlace> = {
  reports: ['foreign.workload'],
  run: (place) =>
    workloads.flatMap((kind) =>
      othersOf(place, kind)
        .filter((live) => controllerOf(live) === undefined)
        .map(
          (live) => ({ id: 'foreign.workload', object: refOf(live), why: 'it makes pods beside the gateway' }) as const,
        ),
    ),
};
