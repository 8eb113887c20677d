/** Where the pods of a tenant may run: not where the cluster itself does, and never in others' way. */
import { clusterNodes, clusterPriorities } from '../../../rules/scheduling.ts';
import type { PlatformSettings } from '../../settings.ts';
import { celText, celTexts } from '../cel.ts';
import type { Rule } from './no-worse.ts';

/** Stands in `clusterScheduling` for a toleration without a key. */
const anyTaint = '*';

/** What a selector of nodes may say of a key without choosing the nodes that have it. */
const avoiding = ['NotIn', 'DoesNotExist'];

/**
 * Rules about the pod that `podOf` finds in an object, by the sentence that says each. The tenants' own rules refuse the same in specs;
 * a profile may give it, and the platform then names it, because no policy can trust a namespace to say whose profile it has.
 */
export function schedulingRules({ admission }: PlatformSettings, podOf: Rule): Readonly<Record<string, Rule>> {
  const { clusterScheduling } = admission;
  const closed = celTexts(clusterNodes.filter((key) => !clusterScheduling.includes(key)));
  const keyless = clusterScheduling.includes(anyTaint) ? 'false' : 'toleration.?key.orValue("") == ""';
  const chooses = (term: string): string =>
    `${term}.?matchExpressions.orValue([]).all(one, !(one.key in ${closed}) || one.operator in ${celTexts(avoiding)})`;
  return {
    'the pods of a tenant tolerate no taint of nodes that run the cluster, and name each that they tolerate': (
      object,
    ) =>
      `${podOf(object)}.?tolerations.orValue([]).all(toleration, !(${keyless} || toleration.?key.orValue("") in ${closed}))`,
    'the pods of a tenant choose no nodes that run the cluster': (object) => {
      const affinity = `${podOf(object)}.?affinity.nodeAffinity`;
      return [
        `${podOf(object)}.?nodeSelector.orValue({}).all(key, !(key in ${closed}))`,
        `${affinity}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.orValue([]).all(term, ${chooses('term')})`,
        `${affinity}.preferredDuringSchedulingIgnoredDuringExecution.orValue([]).all(term, ${chooses('term.preference')})`,
      ].join(' && ');
    },
    'the pods of a tenant have no priority of the cluster, which pushes others off a node': (object) => {
      const name = `${podOf(object)}.?priorityClassName.orValue("")`;
      return `!${name}.startsWith(${celText(clusterPriorities)}) || ${name} in ${celTexts(clusterScheduling)}`;
    },
    // One that wants no pods of others beside it keeps them all from its node.
    'the pods of a tenant want or avoid only pods of their own namespace': (object) =>
      ['podAffinity', 'podAntiAffinity']
        .flatMap((field) => {
          const terms = `${podOf(object)}.?affinity.${field}`;
          return [
            `${terms}.requiredDuringSchedulingIgnoredDuringExecution.orValue([]).all(term, ${ownPods('term')})`,
            `${terms}.preferredDuringSchedulingIgnoredDuringExecution.orValue([]).all(term, ${ownPods('term.podAffinityTerm')})`,
          ];
        })
        .join(' && '),
    'the pods of a tenant are placed by the scheduler of the cluster': (object) =>
      `${podOf(object)}.?schedulerName.orValue("default-scheduler") == "default-scheduler"`,
  };
}

function ownPods(term: string): string {
  return `(!has(${term}.namespaceSelector) && size(${term}.?namespaces.orValue([])) == 0)`;
}
