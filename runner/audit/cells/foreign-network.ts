/** No way into or out of a cell beside those that were rendered. */
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import { foreignOf } from './live-cell.ts';
import type { LiveCell } from './live-cell.ts';

/** See above. Without a plan nothing is known to be ours, and only what a cell never has is told. */
export const foreignNetwork: Check<LiveCell> = {
  reports: ['foreign.service', 'foreign.network-policy', 'foreign.route'],
  run: (cell) => [
    ...cell.of('Service').flatMap(judgeService),
    ...('plan' in cell.planned ? [...policies(cell), ...routes(cell)] : []),
  ],
};

/** Of those that are ours, too: a cell's Services have none of this. */
function judgeService(live: LiveObject): Found[] {
  const { spec = {} } = live as LiveObject & {
    readonly spec?: {
      readonly type?: string;
      readonly externalIPs?: readonly string[];
      readonly externalName?: string;
    };
  };
  const { type = 'ClusterIP', externalIPs = [], externalName } = spec;
  const why = [
    ...(type === 'ClusterIP' ? [] : [`it is of type ${type}${externalName === undefined ? '' : ` (${externalName})`}`]),
    ...(externalIPs.length === 0 ? [] : [`it has externalIPs ${externalIPs.join(', ')}`]),
  ];
  return why.length === 0 ? [] : [{ id: 'foreign.service', object: refOf(live), why: why.join(' and ') }];
}

interface PolicyLike extends LiveObject {
  readonly spec?: { readonly ingress?: readonly unknown[]; readonly egress?: readonly unknown[] };
}

/** A policy without rules only denies, and what is denied already stays as it is. */
function policies(cell: LiveCell): Found[] {
  return foreignOf(cell, 'NetworkPolicy').flatMap((live): Found[] => {
    const { ingress = [], egress = [] } = (live as PolicyLike).spec ?? {};
    const rules = [
      ...(ingress.length === 0 ? [] : [`${ingress.length} ingress`]),
      ...(egress.length === 0 ? [] : [`${egress.length} egress`]),
    ];
    if (rules.length === 0) return [];
    return [
      { id: 'foreign.network-policy', object: refOf(live), why: `it allows more by ${rules.join(' and ')} rules` },
    ];
  });
}

function routes(cell: LiveCell): Found[] {
  return ['Ingress', 'HTTPRoute'].flatMap((kind) =>
    foreignOf(cell, kind).map(
      (live) => ({ id: 'foreign.route', object: refOf(live), why: 'it is not of the cell' }) as const,
    ),
  );
}
