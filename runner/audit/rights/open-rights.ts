/** Bindings of the whole cluster that give somebody rights in every tenant's namespace at once. */
import { tenantAdminRole } from '../../../constructs/platform/people-permissions.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import type { LivePlatform } from '../platform/live-platform.ts';
import { isKnownBinding } from './known-bindings.ts';
import { isOurs, isToldOf } from './lent-rights.ts';
import { isEditorRole, toldRight } from './rules.ts';
import { isAnonymous, isWriter, subjectsOf, subjectText } from './subjects.ts';
import type { Binding, Subject } from './subjects.ts';

/** See above. Whoever administers the cluster by another role is not told: every cluster has some. */
export const openRights: Check<LivePlatform> = {
  reports: ['foreign.rights', 'foreign.editor'],
  run: (platform) => platform.clusterRoleBindings.flatMap((binding) => judge(platform, binding)),
};

function judge(platform: LivePlatform, binding: LiveObject): Found[] {
  const { name } = (binding as Binding).roleRef;
  const rules = platform.rulesOf(name);
  const right = toldRight(rules);
  if (right === undefined || isOurs(platform, binding) || isKnownBinding(binding, rules)) return [];
  const { admission } = platform.settings;
  return subjectsOf(binding)
    .filter((subject) => !isToldOf(platform, binding, subject) && !isWriter(admission, subject))
    .flatMap((subject): Found[] => {
      const id = idOf(name, subject);
      const why = `ClusterRole ${name} gives ${subjectText(subject)} ${right}, in the namespace of every tenant`;
      return id === undefined ? [] : [{ id, object: refOf(binding), why }];
    });
}

function idOf(role: string, subject: Subject): 'foreign.rights' | 'foreign.editor' | undefined {
  if (isAnonymous(subject) || role === tenantAdminRole) return 'foreign.rights';
  return isEditorRole(role) ? 'foreign.editor' : undefined;
}
