/** No way into or out of the namespace beside those that were rendered. */
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import { namespacedPolicies, otherRoutes } from './other-network-kinds.ts';
import { allows } from './policy-of-others.ts';
import { othersOf } from './live-place.ts';
import type { LivePlace } from './live-place.ts';

/** See above. Where nothing is known to be ours, only what we never have is told. */
export const foreignNetwork: Check<LivePlace> = {
  reports: ['foreign.service', 'foreign.network-policy', 'foreign.route'],
  run: (place) => [
    ...place.of('Service').flatMap(judgeService),
    ...policies(place),
    ...routes(place),
    ...namespacedPolicies.flatMap(({ kind }) => place.of(kind).flatMap(judgePolicy)),
  ],
};

/** Of those that are ours, too: they have none of this. */
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

/** A policy without rules only denies, and what is denied already stays as it is. */
function policies(place: LivePlace): Found[] {
  return othersOf(place, 'NetworkPolicy').flatMap(judgePolicy);
}

function judgePolicy(live: LiveObject): Found[] {
  const rules = allows(live);
  if (rules.length === 0) return [];
  return [{ id: 'foreign.network-policy', object: refOf(live), why: `it allows more by ${rules.join(' and ')} rules` }];
}

function routes(place: LivePlace): Found[] {
  return ['Ingress', 'HTTPRoute', ...otherRoutes.map(({ kind }) => kind)].flatMap((kind) =>
    othersOf(place, kind).map(
      (live) => ({ id: 'foreign.route', object: refOf(live), why: 'nothing of ours has rendered it' }) as const,
    ),
  );
}
