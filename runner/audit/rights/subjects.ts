/** Who gets rights: bindings and their subjects, as the API server tells people and accounts apart. */
import type { PlatformSettings } from '../../../constructs/platform/settings.ts';
import type { LiveObject } from '../../kube/live-object.ts';

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

/** An account of a namespace that has a tenant's name, or all of them. */
export function isOfTenant(subject: Subject): boolean {
  if (subject.kind === 'Group') return subject.name.startsWith('system:serviceaccounts:tenant-');
  return userName(subject)?.startsWith('system:serviceaccount:tenant-') ?? false;
}

/** Whoever does not log in, and whoever there is. */
export function isAnonymous({ kind, name }: Subject): boolean {
  return kind === 'User' ? name === 'system:anonymous' || name === '*' : name === 'system:unauthenticated';
}

/** The fleet says that they write in the namespaces of tenants. */
export function isWriter(
  { gitOpsAccounts, controllerAccounts, breakGlassGroups }: PlatformSettings['admission'],
  subject: Subject,
): boolean {
  if (subject.kind === 'Group') return breakGlassGroups.includes(subject.name);
  return [...gitOpsAccounts, ...controllerAccounts].includes(userName(subject) ?? '');
}

const everybody = new Set(['system:authenticated', 'system:serviceaccounts']);

/** Nobody in particular: everybody, everybody who logs in, every account or every account of a namespace. */
export function isBroad({ kind, name }: Subject): boolean {
  if (isAnonymous({ kind, name })) return true;
  return kind === 'Group' && (everybody.has(name) || name.startsWith('system:serviceaccounts:'));
}
