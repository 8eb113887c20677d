/** Persons of a cluster: ServiceAccounts with real tokens, bound by real RBAC as docs/guides/access.md shows it. */
import type { ApiClient } from '../api-client.ts';
import type { TestControlPlane } from '../control-plane.ts';

const group = 'rbac.authorization.k8s.io';
const rbac = `/apis/${group}/v1`;
const apiVersion = `${group}/v1`;

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What a person is given. */
export interface Rights {
  /** ClusterRoles bound in one namespace. */
  readonly inNamespace?: { readonly namespace: string; readonly clusterRoles: readonly string[] };
  /** Rights of a Role of their own there. */
  readonly namespaceRules?: readonly Rule[];
  /** ClusterRoles bound everywhere. */
  readonly clusterRoles?: readonly string[];
  /** Rights of a ClusterRole of their own. */
  readonly clusterRules?: readonly Rule[];
}

/** A person. @param namespace of the ServiceAccount, which is made if need be. @default people */
export async function person(
  plane: TestControlPlane,
  name: string,
  { namespace = 'people', ...rights }: Rights & { readonly namespace?: string },
): Promise<ApiClient> {
  await create(plane, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const metadata = { name, namespace };
  await create(plane, `/api/v1/namespaces/${namespace}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata,
  });
  await bind(plane, { kind: 'ServiceAccount', name, namespace }, rights);
  return plane.serviceAccount(namespace, name);
}

interface Subject {
  readonly kind: 'ServiceAccount';
  readonly name: string;
  readonly namespace: string;
}

async function bind(plane: TestControlPlane, subject: Subject, rights: Rights): Promise<void> {
  const { clusterRoles = [], clusterRules, inNamespace, namespaceRules } = rights;
  const own = `person-${subject.name}`;
  if (clusterRules !== undefined) {
    const body = { apiVersion, kind: 'ClusterRole', metadata: { name: own }, rules: clusterRules };
    await create(plane, `${rbac}/clusterroles`, body);
  }
  for (const name of [...clusterRoles, ...(clusterRules === undefined ? [] : [own])]) {
    await create(plane, `${rbac}/clusterrolebindings`, {
      apiVersion,
      kind: 'ClusterRoleBinding',
      ...binding(subject, { kind: 'ClusterRole', name }),
    });
  }
  if (inNamespace === undefined) return;
  const path = `${rbac}/namespaces/${inNamespace.namespace}`;
  if (namespaceRules !== undefined) {
    const body = { apiVersion, kind: 'Role', metadata: { name: own }, rules: namespaceRules };
    await create(plane, `${path}/roles`, body);
  }
  const roles = [
    ...inNamespace.clusterRoles.map((name) => ({ kind: 'ClusterRole', name })),
    ...(namespaceRules === undefined ? [] : [{ kind: 'Role', name: own }]),
  ];
  for (const role of roles) {
    await create(plane, `${path}/rolebindings`, { apiVersion, kind: 'RoleBinding', ...binding(subject, role) });
  }
}

function binding(subject: Subject, role: { readonly kind: string; readonly name: string }): object {
  const name = `person-${subject.name}-${role.name}`;
  return { metadata: { name }, roleRef: { apiGroup: group, ...role }, subjects: [subject] };
}

/** Makes what may be there already. */
async function create({ admin }: TestControlPlane, path: string, body: object): Promise<void> {
  const { status, body: answer } = await admin.send({ method: 'POST', path, body });
  if (status >= 300 && status !== 409)
    throw new Error(`POST ${path} was answered ${status}: ${JSON.stringify(answer)}`);
}
