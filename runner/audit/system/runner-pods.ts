/** Nobody but the runner's Deployment runs pods with the runner's account, and nobody has looked into them. */
import { platformNames } from '../../../constructs/platform/labels.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import type { LivePlace } from '../foreign/live-place.ts';
import { controllerOf, ephemeralContainers, fieldsUnlike, volumesUnlike } from '../foreign/pod-like.ts';
import type { PodLike, WorkloadLike } from '../foreign/pod-like.ts';

/** See above. A pod with another account reaches nothing that is ours. */
export const runnerPods: Check<LivePlace> = {
  reports: ['foreign.pod', 'foreign.ephemeral-container'],
  run: (place) =>
    place
      .of('Pod')
      .filter((pod) => (pod as PodLike).spec?.serviceAccountName === platformNames.runner)
      .flatMap((pod) => [...judge(place, pod as PodLike), ...ephemeralContainers(pod)]),
};

function judge(place: LivePlace, pod: PodLike): Found[] {
  // Whose a pod is cannot be told then.
  if (place.isHidden('ReplicaSet') || place.platform.hidesVersion) return [];
  const problem = problemOf(pod, place.of('ReplicaSet'), deploymentUid(place));
  if (problem === undefined) return [];
  return [{ id: 'foreign.pod', object: refOf(pod), why: `it has the runner’s account, and ${problem}` }];
}

function problemOf(pod: PodLike, sets: readonly LiveObject[], deployment: string | undefined): string | undefined {
  const owner = controllerOf(pod);
  const set: WorkloadLike | undefined = sets.find(({ metadata }) => metadata.uid === owner?.uid);
  if (set === undefined || deployment === undefined || controllerOf(set)?.uid !== deployment)
    return `belongs to ${owner?.kind ?? 'nobody'}, not to the runner`;
  const { spec = {} } = pod;
  const template = set.spec?.template?.spec ?? {};
  const unlike = [
    ...fieldsUnlike(spec, template),
    // The token of the account, which the API server mounts.
    ...volumesUnlike(spec, template, ({ name }) => name.startsWith('kube-api-access-')),
  ];
  return unlike.length === 0 ? undefined : `is not as its ReplicaSet makes it: ${unlike.join(', ')}`;
}

/** Undefined where the Deployment is gone. */
function deploymentUid({ platform }: LivePlace): string | undefined {
  const live = platform.objects.find(({ wanted }) => wanted.kind === 'Deployment')?.live;
  return live === undefined || typeof live === 'string' ? undefined : live.metadata.uid;
}
