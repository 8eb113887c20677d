/**
 * What others add to roles that a controller gathers by label: to ours for people, and verbs of ours to those that Kubernetes has for
 * everybody. Labels on our own objects are not compared, so that a role of ours under a label that it should not have is told here, too.
 */
import { apiGroup } from '../../../constructs/api/kinds/kind.ts';
import { assignVerb, useVerb } from '../../../constructs/platform/admission/people/platform-fields.ts';
import { peopleRoles } from '../../../constructs/platform/people-permissions.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import { rulesOf, strongRight } from '../rights/rules.ts';
import type { PolicyRule } from '../rights/rules.ts';
import type { LivePlatform } from './live-platform.ts';

/** See above. */
export const aggregatedRights: Check<LivePlatform> = {
  reports: ['platform.aggregated-rights'],
  run: ({ clusterRoles }) => clusterRoles.flatMap((role) => gathered.flatMap((one) => judge(role, one))),
};

/** A role that takes the rules of all ClusterRoles with its label. */
interface Gathered {
  readonly name: string;
  readonly label: string;
  /** What is meant to carry the label. */
  readonly part?: string;
  /** The right that is worth a word. */
  readonly rightOf: (rules: readonly PolicyRule[]) => string | undefined;
}

const gathered: readonly Gathered[] = [
  ...peopleRoles.map(({ name, aggregateLabel, part }) => ({
    name,
    label: aggregateLabel,
    part: part.name,
    rightOf: strongRight,
  })),
  // Each takes the one before, whose own parts are told.
  ...[{ name: 'view' }, { name: 'edit', part: 'view' }, { name: 'admin', part: 'edit' }].map(({ name, ...part }) => ({
    name,
    ...part,
    label: `rbac.authorization.k8s.io/aggregate-to-${name}`,
    rightOf: ownVerb,
  })),
];

function judge(role: LiveObject, { name, label, part, rightOf }: Gathered): Found[] {
  if (role.metadata.labels?.[label] !== 'true' || role.metadata.name === part) return [];
  const right = rightOf(rulesOf(role));
  const why = `by its label ${label} it adds ${right ?? ''} to ClusterRole ${name}`;
  return right === undefined ? [] : [{ id: 'platform.aggregated-rights', object: refOf(role), why }];
}

/** A verb that gives platform fields away. */
function ownVerb(rules: readonly PolicyRule[]): string | undefined {
  for (const { apiGroups = [], resources = [], verbs } of rules) {
    if (!apiGroups.some((group) => group === apiGroup || group === '*')) continue;
    const verb = verbs.find((one) => [assignVerb, useVerb, '*'].includes(one));
    if (verb !== undefined) return `${verb} ${resources[0] ?? ''}`;
  }
  return undefined;
}
