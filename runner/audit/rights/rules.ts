/** What roles of rbac.authorization.k8s.io/v1 give, as far as walls are concerned. */
import type { LiveObject } from '../../kube/live-object.ts';

/** One rule of a role. */
export interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
}

export function rulesOf(role: LiveObject): readonly PolicyRule[] {
  return (role as LiveObject & { readonly rules?: readonly PolicyRule[] | null }).rules ?? [];
}

const reading = new Set(['get', 'list', 'watch']);
/** A question about oneself, which every account may ask and which changes nothing. */
const ownQuestions = new Set(['authorization.k8s.io', 'authentication.k8s.io']);
/** Getting one of these is entering or reaching what runs. */
const entrances = new Set([
  'pods/exec',
  'pods/attach',
  'pods/portforward',
  'pods/proxy',
  'services/proxy',
  'nodes/proxy',
]);
/** The same of any resource (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources). */
const everyEntrance = new Set(['*/exec', '*/attach', '*/portforward', '*/proxy']);

function isSensitive(resource: string): boolean {
  if (resource === '*' || resource === 'secrets' || resource.startsWith('secrets/')) return true;
  return entrances.has(resource) || everyEntrance.has(resource);
}

/** `create pods`: the first right to write, to read Secrets or to enter pods; undefined when there is none. */
export function strongRight(rules: readonly PolicyRule[]): string | undefined {
  for (const { apiGroups = [], resources = [], verbs } of rules) {
    if (apiGroups.length > 0 && apiGroups.every((group) => ownQuestions.has(group))) continue;
    const sensitive = resources.find(isSensitive);
    const writes = resources.length === 0 ? undefined : verbs.find((verb) => !reading.has(verb));
    if (writes !== undefined) return `${writes} ${resources[0] ?? ''}`;
    if (sensitive !== undefined && verbs.length > 0) return `${verbs[0] ?? ''} ${sensitive}`;
  }
  return undefined;
}

/** What is told of a role that somebody has: its {@link strongRight}, if its rules may be read at all. */
export function toldRight(rules: readonly PolicyRule[] | undefined): string | undefined {
  return rules === undefined ? 'what may not be read' : strongRight(rules);
}

/** Whether a ClusterRole is Kubernetes' own for those who work in a namespace. */
export function isEditorRole(name: string): boolean {
  return name === 'edit' || name === 'admin';
}
