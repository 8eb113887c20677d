/**
 * What any binding of the cluster gives to those who should have nothing more: the runner's account beside dist/platform, others
 * that hold the runner's role, and accounts of tenants' namespaces.
 */
import { platformNames } from '../../../constructs/platform/labels.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import type { FindingId } from '../finding-kinds.ts';
import type { LivePlatform } from '../platform/live-platform.ts';
import { isKnownBinding } from './known-bindings.ts';
import { toldRight } from './rules.ts';
import type { PolicyRule } from './rules.ts';
import { isOfTenant, reaches, subjectsOf, subjectText } from './subjects.ts';
import type { Binding, Subject } from './subjects.ts';

/** What {@link lentRights} may report. */
export const lentRightsIds = ['runner.extra-rights', 'runner.lent-role', 'foreign.account-rights'] as const;

/** See above; the bindings of the cluster. */
export const clusterRights: Check<LivePlatform> = {
  reports: lentRightsIds,
  run: (platform) =>
    platform.clusterRoleBindings.flatMap((binding) =>
      lentRights(platform, binding, platform.rulesOf((binding as Binding).roleRef.name)),
    ),
};

/**
 * One that names the runner's account is always told; one that names a group which every account is in, when it gives more
 * than reading.
 * @param rules of the role that is bound; undefined when they may not be read
 */
export function lentRights(
  platform: Pick<LivePlatform, 'settings' | 'objects'>,
  binding: LiveObject,
  rules: readonly PolicyRule[] | undefined,
): Found[] {
  if (isOurs(platform, binding) || isKnownBinding(binding, rules)) return [];
  const account = { namespace: platform.settings.namespace, name: platformNames.runner };
  const right = toldRight(rules);
  const { roleRef } = binding as Binding;
  const isRunners = isRunnersRole(platform, binding);
  const givesNothing = rules?.length === 0;
  return subjectsOf(binding).flatMap((subject): Found[] => {
    const told = (id: FindingId): Found[] => {
      const gives = right === undefined ? '' : `, which gives ${right}`;
      const why = `it binds ${subjectText(subject)} to ${roleRef.kind} ${roleRef.name}${gives}`;
      return [{ id, object: refOf(binding), why }];
    };
    const how = reaches(subject, account);
    if (how === 'itself' || (how === 'group' && right !== undefined)) return told('runner.extra-rights');
    if (isRunners) return told('runner.lent-role');
    return isOfTenant(subject) && !givesNothing ? told('foreign.account-rights') : [];
  });
}

/** Whether {@link lentRights} says what is to be said of the subject: then nobody else does. */
export function isToldOf(
  platform: Pick<LivePlatform, 'settings' | 'objects'>,
  binding: LiveObject,
  subject: Subject,
): boolean {
  const account = { namespace: platform.settings.namespace, name: platformNames.runner };
  return isRunnersRole(platform, binding) || isOfTenant(subject) || reaches(subject, account) !== undefined;
}

/** Made by dist/platform, and compared with what it should be. */
export function isOurs({ objects }: Pick<LivePlatform, 'objects'>, { kind, metadata }: LiveObject): boolean {
  return objects.some(
    ({ wanted }) =>
      wanted.kind === kind &&
      wanted.metadata.name === metadata.name &&
      wanted.metadata.namespace === metadata.namespace,
  );
}

/** The runner's own, in the cluster or in the namespace of the binding. */
function isRunnersRole({ objects }: Pick<LivePlatform, 'objects'>, binding: LiveObject): boolean {
  const { kind, name } = (binding as Binding).roleRef;
  return (
    name === platformNames.runner &&
    objects.some(
      ({ wanted }) =>
        wanted.kind === kind &&
        wanted.metadata.name === name &&
        (kind === 'ClusterRole' || wanted.metadata.namespace === binding.metadata.namespace),
    )
  );
}
