/** NetworkPolicies: they add up, so one that names nobody would open what all others close. */
import { cellNames } from '../../../cell/labels.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { celText, celTexts } from '../cel.ts';
import { noWorse } from './no-worse.ts';
import type { Rule } from './no-worse.ts';
import { runnerPolicy, writesOf } from './runner-policy.ts';

/** The only label of a namespace that nobody can forge. */
const nameLabel = 'kubernetes.io/metadata.name';

const byName = `(!has(peer.namespaceSelector) || (size(peer.namespaceSelector.?matchLabels.orValue({})) > 0 && peer.namespaceSelector.matchLabels.all(key, key == ${celText(nameLabel)}) && size(peer.namespaceSelector.?matchExpressions.orValue([])) == 0))`;

const closesAll: Rule = (object) =>
  [
    `size(${object}.spec.?ingress.orValue([])) == 0`,
    `size(${object}.spec.?egress.orValue([])) == 0`,
    `size(${object}.spec.?podSelector.matchLabels.orValue({})) == 0`,
    `size(${object}.spec.?podSelector.matchExpressions.orValue([])) == 0`,
  ].join(' && ');

const namesCallers: Rule = (object) =>
  `${object}.spec.?ingress.orValue([]).all(rule, size(rule.?from.orValue([])) > 0 && rule.from.all(peer, !has(peer.ipBlock) && ${byName}))`;

const namesDestinations: Rule = (object) =>
  `${object}.spec.?egress.orValue([]).all(rule, size(rule.?to.orValue([])) > 0 && size(rule.?ports.orValue([])) > 0 && rule.to.all(peer, ${byName}))`;

/** Which namespaces and addresses are named is the profile's to say; this holds whatever it says. */
export function networkPoliciesPolicy(settings: PlatformSettings): AdmissionPolicy {
  return runnerPolicy(settings, {
    name: 'network-policies',
    requests: writesOf('NetworkPolicy'),
    validations: [
      {
        expression: `${celTexts(['Ingress', 'Egress'])}.all(type, type in object.spec.?policyTypes.orValue([]))`,
        message: 'a NetworkPolicy of a tenant speaks of both directions',
      },
      {
        expression: `object.metadata.name != ${celText(cellNames.denyAll)} || ${noWorse(closesAll)}`,
        message: `NetworkPolicy ${cellNames.denyAll} closes everything to every pod`,
      },
      {
        expression: noWorse(namesCallers),
        message: `who may come in is named, pod by pod, its namespace by ${nameLabel} alone`,
      },
      {
        expression: noWorse(namesDestinations),
        message: `what may be reached is named with its ports, namespaces by ${nameLabel} alone`,
      },
    ],
  });
}
