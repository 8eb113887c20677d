/** Nothing but dist/platform gives the runner's account a right. */
import { platformNames } from '../../../constructs/platform/labels.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import { reaches, strongRight, subjectsOf, subjectText } from '../rights.ts';
import type { Binding, PolicyRule } from '../rights.ts';
import type { LivePlatform } from './live-platform.ts';

/** See above; the bindings of the cluster. */
export const runnerRights: Check<LivePlatform> = {
  reports: ['runner.extra-rights'],
  run: (platform) =>
    platform.clusterRoleBindings.flatMap((binding) =>
      extraRights(platform, binding, platform.rulesOf((binding as Binding).roleRef.name)),
    ),
};

/**
 * What a binding gives the runner beside ours. One that names its account is always told; one that names a group which every
 * account is in, when it gives more than reading.
 * @param rules of the role that is bound; undefined when they may not be read
 */
export function extraRights(
  { settings, objects }: Pick<LivePlatform, 'settings' | 'objects'>,
  binding: LiveObject,
  rules: readonly PolicyRule[] | undefined,
): Found[] {
  const { kind, metadata } = binding;
  const isOurs = objects.some(
    ({ wanted }) =>
      wanted.kind === kind &&
      wanted.metadata.name === metadata.name &&
      wanted.metadata.namespace === metadata.namespace,
  );
  if (isOurs) return [];
  const account = { namespace: settings.namespace, name: platformNames.runner };
  const right = rules === undefined ? 'what may not be read' : strongRight(rules);
  return subjectsOf(binding).flatMap((subject): Found[] => {
    const how = reaches(subject, account);
    if (how === undefined || (how === 'group' && right === undefined)) return [];
    const { roleRef } = binding as Binding;
    const gives = right === undefined ? '' : `, which gives ${right}`;
    const why = `it binds ${subjectText(subject)} to ${roleRef.kind} ${roleRef.name}${gives}`;
    return [{ id: 'runner.extra-rights', object: refOf(binding), why }];
  });
}
