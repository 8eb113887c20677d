/** Only gateway pods run in a tenant's namespace, and nobody has looked into them. */
import { cellNames } from '../../../constructs/cell/labels.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import type { LiveCell } from './live-cell.ts';

/** See above. */
export const foreignPods: Check<LiveCell> = {
  reports: ['foreign.pod', 'foreign.ephemeral-container'],
  run: (cell) => {
    const set = cell.of('StatefulSet').find(({ metadata }) => metadata.name === cellNames.gateway);
    return cell.of('Pod').flatMap((pod) => judge(pod, set?.metadata.uid, cell.isHidden('StatefulSet')));
  },
};

interface PodLike extends LiveObject {
  readonly metadata: LiveObject['metadata'] & {
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly uid: string;
      readonly controller?: boolean;
    }[];
  };
  readonly spec?: { readonly ephemeralContainers?: readonly { readonly name: string; readonly image?: string }[] };
}

function judge(live: LiveObject, gateway: string | undefined, isUnknown: boolean): Found[] {
  const pod = live as PodLike;
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  const object = refOf(pod);
  // By uid: a name in an owner reference can be forged. Where StatefulSets may not be listed, the kind must do.
  const isGateway = isUnknown ? owner?.kind === 'StatefulSet' : owner !== undefined && owner.uid === gateway;
  const found: Found[] = [];
  if (!isGateway)
    found.push({ id: 'foreign.pod', object, why: `it belongs to ${owner?.kind ?? 'nobody'}, not to the gateway` });
  for (const { name, image = '' } of pod.spec?.ephemeralContainers ?? []) {
    found.push({ id: 'foreign.ephemeral-container', object, why: `container ${name} (${image}) was put into it` });
  }
  return found;
}
