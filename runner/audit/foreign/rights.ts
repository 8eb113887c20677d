/** Nobody has rights in the namespace that go around its walls. */
import { peopleRoles } from '../../../constructs/platform/people-permissions.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import { isKnownBinding } from '../rights/known-bindings.ts';
import { isOurs, isToldOf, lentRights, lentRightsIds } from '../rights/lent-rights.ts';
import { boundRules } from '../rights/bound-rules.ts';
import { isEditorRole, toldRight } from '../rights/rules.ts';
import { isBroad, isWriter, subjectsOf, subjectText } from '../rights/subjects.ts';
import type { Binding, Subject } from '../rights/subjects.ts';
import type { LivePlace } from './live-place.ts';

/** See above. */
export const foreignRights: Check<LivePlace> = {
  reports: ['foreign.rights', 'foreign.editor', ...lentRightsIds],
  run: (place) => place.of('RoleBinding').flatMap((binding) => judge(place, binding)),
};

function judge(place: LivePlace, binding: LiveObject): Found[] {
  const rules = boundRules(place, binding);
  if (isOurs(place.platform, binding) || isKnownBinding(binding, rules)) return [];
  const others = subjectsOf(binding)
    .filter((subject) => !isToldOf(place.platform, binding, subject))
    .filter((subject) => !writesHere(place, subject) && !isAsMeant(place, binding, subject));
  const right = toldRight(rules);
  const lent = lentRights(place.platform, binding, rules);
  if (right === undefined || others.length === 0) return lent;
  const isEditor = isHeld(place, binding) && !others.some(isBroad);
  const { kind, name } = (binding as Binding).roleRef;
  const why = `${kind} ${name} gives ${others.map(subjectText).join(', ')} ${right}`;
  return [...lent, { id: isEditor ? 'foreign.editor' : 'foreign.rights', object: refOf(binding), why }];
}

/** Controllers write where tenants are, not where the runner is. */
function writesHere({ platform, sort }: LivePlace, subject: Subject): boolean {
  const { admission } = platform.settings;
  return isWriter(sort === 'runner' ? { ...admission, controllerAccounts: [] } : admission, subject);
}

/** One of our roles for people, given to people. */
function isAsMeant({ sort }: LivePlace, binding: LiveObject, subject: Subject): boolean {
  const { kind, name } = (binding as Binding).roleRef;
  return (
    sort !== 'runner' && kind === 'ClusterRole' && peopleRoles.some((role) => role.name === name) && !isBroad(subject)
  );
}

/** Kubernetes' own roles for those who work in a namespace: admission policies keep them from the walls of a tenant's. */
function isHeld({ sort }: LivePlace, binding: LiveObject): boolean {
  const { kind, name } = (binding as Binding).roleRef;
  return sort !== 'runner' && kind === 'ClusterRole' && isEditorRole(name);
}
