/** Nobody has rights in a tenant's namespace that go around its walls. */
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import { extraRights } from '../platform/runner-rights.ts';
import { rulesOf, strongRight, subjectsOf, subjectText, userName } from '../rights.ts';
import type { Binding, PolicyRule } from '../rights.ts';
import type { LiveCell } from './live-cell.ts';

/** See above. */
export const foreignRights: Check<LiveCell> = {
  reports: ['foreign.rights', 'runner.extra-rights'],
  run: (cell) => cell.of('RoleBinding').flatMap((binding) => judge(cell, binding)),
};

function judge(cell: LiveCell, binding: LiveObject): Found[] {
  const rules = boundRules(cell, binding);
  const ofRunner = extraRights(cell.platform, binding, rules);
  if (ofRunner.length > 0) return ofRunner;
  const { roleRef } = binding as Binding;
  const { objects, settings } = cell.platform;
  // Made for people in tenants' namespaces, and compared with what they should be.
  const isOurRole = objects.some(
    ({ wanted }) =>
      roleRef.kind === 'ClusterRole' && wanted.kind === roleRef.kind && wanted.metadata.name === roleRef.name,
  );
  if (isOurRole) return [];
  const right = rules === undefined ? 'what may not be read' : strongRight(rules);
  const others = subjectsOf(binding).filter(
    (subject) => !settings.admission.gitOpsAccounts.includes(userName(subject) ?? ''),
  );
  if (right === undefined || others.length === 0) return [];
  const who = others.map(subjectText).join(', ');
  return [
    { id: 'foreign.rights', object: refOf(binding), why: `${roleRef.kind} ${roleRef.name} gives ${who} ${right}` },
  ];
}

/** Undefined when the role may not be read. One that is not there gives nothing. */
function boundRules(cell: LiveCell, binding: LiveObject): readonly PolicyRule[] | undefined {
  const { kind, name } = (binding as Binding).roleRef;
  if (kind === 'ClusterRole') return cell.platform.rulesOf(name);
  if (cell.isHidden('Role')) return undefined;
  const role = cell.of('Role').find(({ metadata }) => metadata.name === name);
  return role === undefined ? [] : rulesOf(role);
}
