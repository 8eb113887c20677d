/** What somebody tries who has stolen the token of the runner. */
import { clusterPermissions } from '../../../constructs/platform/runner-permissions.ts';
import type { TestRequest } from '../support/api-client.ts';

/**
 * Who says no first, as the platform is installed. Behind each `rbac` that changes something stands the policy `scope` as well:
 * it answers when a role gives the account more one day.
 */
export type Wall = 'rbac' | 'policy';

/** One attempt; nothing is stored even where it is let through. */
export interface Attack {
  /** As in the table of docs/security.md. */
  readonly id: string;
  readonly wall: Wall;
  readonly request: TestRequest;
  /** Admission is not asked about it: reads, impersonation, admission policies. @default false */
  readonly rbacAlone?: true;
  /** What stops it when RBAC and the policies are down: `pod security`, or the whole answer. @default - nothing: it passes */
  readonly behind?: string;
}

/** A tenant with everything that cells have. */
export const tenantName = 'acme';
export const cell = `/api/v1/namespaces/tenant-${tenantName}`;
/** A namespace of somebody else, and one that is only named like a tenant's. */
export const foreign = '/api/v1/namespaces/billing';
export const lookAlike = '/api/v1/namespaces/tenant-lookalike';
export const tenantLabels = { 'cellwright.dev/tenant': tenantName };

/** Group paths inside the tenant's namespace. */
export function inCell(group: string): string {
  return `/apis/${group}/namespaces/tenant-${tenantName}`;
}

/** Every write is a rehearsal: admission judges it like a real one. A field that there is not is an error. */
function dry(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}dryRun=All&fieldValidation=Strict`;
}

export function create(path: string, body: object): TestRequest {
  return { method: 'POST', path: dry(path), body };
}

export function remove(path: string): TestRequest {
  return { method: 'DELETE', path: dry(path) };
}

export function replace(path: string, body: object): TestRequest {
  return { method: 'PUT', path: dry(path), body };
}

/** JSON merge patch. */
export function merge(path: string, body: object): TestRequest {
  return { method: 'PATCH', path: dry(path), body, contentType: 'application/merge-patch+json' };
}

/** One operation of a JSON patch. */
export function set(path: string, pointer: string, value: unknown): TestRequest {
  const body = [{ op: 'add', path: pointer, value }];
  return { method: 'PATCH', path: dry(path), body, contentType: 'application/json-patch+json' };
}

/** A Secret, a ConfigMap and the like, labelled as the tenant's. */
export function labelled(kind: string, name: string, content: object = {}): object {
  return { apiVersion: 'v1', kind, metadata: { name, labels: tenantLabels }, ...content };
}

/** Who stands before a patch of a kind: RBAC, unless the runner has that verb for another field. */
export function wallOnPatch(resource: string): Wall {
  const isGiven = clusterPermissions().some(
    ({ resources, verbs }) => resources.includes(resource) && verbs.includes('patch'),
  );
  return isGiven ? 'policy' : 'rbac';
}
