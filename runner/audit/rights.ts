/** What roles and bindings of rbac.authorization.k8s.io/v1 give, as far as walls are concerned. */
import type { LiveObject } from '../kube/live-object.ts';

/** One rule of a role. */
export interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
}

/** Who gets a role. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** A binding, of one namespace or of the cluster. */
export interface Binding extends LiveObject {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
}

export function subjectsOf(binding: LiveObject): readonly Subject[] {
  return (binding as Binding).subjects ?? [];
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

/** `create pods`: the first right to write, to read Secrets or to enter pods; undefined when there is none. */
export function strongRight(rules: readonly PolicyRule[]): string | undefined {
  for (const { apiGroups = [], resources = [], verbs } of rules) {
    if (apiGroups.length > 0 && apiGroups.every((group) => ownQuestions.has(group))) continue;
    const isSensitive = resources.find(
      (resource) =>
        resource === '*' || resource === 'secrets' || resource.startsWith('secrets/') || entrances.has(resource),
    );
    const writes = resources.length === 0 ? undefined : verbs.find((verb) => !reading.has(verb));
    if (writes !== undefined) return `${writes} ${resources[0] ?? ''}`;
    if (isSensitive !== undefined && verbs.length > 0) return `${verbs[0] ?? ''} ${isSensitive}`;
  }
  return undefined;
}

/** `ServiceAccount argocd/server`, `Group devs`. */
export function subjectText({ kind, name, namespace }: Subject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** The name under which the API server knows a subject that is an account. */
export function userName({ kind, name, namespace = '' }: Subject): string | undefined {
  if (kind === 'User') return name;
  return kind === 'ServiceAccount' ? `system:serviceaccount:${namespace}:${name}` : undefined;
}

/** How a subject reaches an account: named itself, by a group that it is in, or not at all. */
export function reaches(
  subject: Subject,
  account: { readonly namespace: string; readonly name: string },
): 'itself' | 'group' | undefined {
  if (userName(subject) === `system:serviceaccount:${account.namespace}:${account.name}`) return 'itself';
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`, 'system:authenticated'];
  return subject.kind === 'Group' && groups.includes(subject.name) ? 'group' : undefined;
}
