/** Only gateway pods run in a tenant's namespace, as their StatefulSet makes them, and nobody has looked into them. */
import { cellNames } from '../../../constructs/cell/labels.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import type { LivePlace } from './live-place.ts';
import { controllerOf, ephemeralContainers, fieldsUnlike, volumesUnlike } from './pod-like.ts';
import type { PodLike, WorkloadLike } from './pod-like.ts';

/** See above. */
export const foreignPods: Check<LivePlace> = {
  reports: ['foreign.pod', 'foreign.ephemeral-container'],
  run: (place) => {
    const set = place.of('StatefulSet').find(({ metadata }) => metadata.name === cellNames.gateway);
    const judgement = { set: set as GatewaySet | undefined, isUnknown: place.isHidden('StatefulSet') };
    return place.of('Pod').flatMap((pod) => [...judge(pod as PodLike, judgement), ...ephemeralContainers(pod)]);
  },
};

interface GatewaySet extends WorkloadLike {
  readonly status?: { readonly currentRevision?: string; readonly updateRevision?: string };
}

interface Judgement {
  readonly set: GatewaySet | undefined;
  /** StatefulSets may not be listed. */
  readonly isUnknown: boolean;
}

function judge(pod: PodLike, { set, isUnknown }: Judgement): Found[] {
  const owner = controllerOf(pod);
  const told = (why: string): Found[] => [{ id: 'foreign.pod', object: refOf(pod), why }];
  // By uid: a name in an owner reference can be forged. Where StatefulSets may not be listed, the kind must do.
  const isOwned = isUnknown ? owner?.kind === 'StatefulSet' : owner !== undefined && owner.uid === set?.metadata.uid;
  if (!isOwned) return told(`it belongs to ${owner?.kind ?? 'nobody'}, not to the gateway`);
  // So can a uid: a StatefulSet knows its pods by name, and leaves others alone.
  if (!gatewayName.test(pod.metadata.name)) return told('no pod of the gateway has such a name');
  if (set === undefined || isOfEarlierRevision(pod, set)) return [];
  const unlike = unlikeTemplate(pod, set);
  return unlike.length === 0 ? [] : told(`it is not as its StatefulSet makes it: ${unlike.join(', ')}`);
}

const gatewayName = new RegExp(`^${cellNames.gateway}-\\d+$`);

/** While a rollout is under way, pods of the revision before are as the template was. A label can be forged, so only then. */
function isOfEarlierRevision({ metadata }: PodLike, { status = {} }: GatewaySet): boolean {
  const revision = metadata.labels?.['controller-revision-hash'];
  return status.currentRevision !== status.updateRevision && revision === status.currentRevision;
}

function unlikeTemplate({ metadata, spec = {} }: PodLike, set: GatewaySet): string[] {
  const template = set.spec?.template?.spec ?? {};
  const claim = `-${metadata.name}`;
  return [
    ...fieldsUnlike(spec, template),
    ...volumesUnlike(spec, template, (one) => one.persistentVolumeClaim?.claimName === `${one.name}${claim}`),
  ];
}
