/** The walls of `dist/platform` on a test's API server: kinds, rights and admission, without the runner's Deployment. */
import type { KubeObject } from '../../../../constructs/synth/kube-object.ts';
import { platformNames } from '../../../../constructs/platform/labels.ts';
import { synthesizePlatform } from '../../../../constructs/platform/synthesize-platform.ts';
import type { TestControlPlane } from '../control-plane.ts';
import { eventually, installKinds } from '../running-fleet.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const admission = '/apis/admissionregistration.k8s.io/v1';
export const policiesPath = `${admission}/validatingadmissionpolicies`;
export const bindingsPath = `${admission}/validatingadmissionpolicybindings`;
/** The kind of tenants, and where the rules for its spec are in it. */
export const definitionPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tenantgateways.cellwright.dev';
export const rulesPointer = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations';

const collections: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  ServiceAccount: '/api/v1/namespaces/NS/serviceaccounts',
  ClusterRole: `${rbac}/clusterroles`,
  ClusterRoleBinding: `${rbac}/clusterrolebindings`,
  Role: `${rbac}/namespaces/NS/roles`,
  RoleBinding: `${rbac}/namespaces/NS/rolebindings`,
  ValidatingAdmissionPolicy: policiesPath,
  ValidatingAdmissionPolicyBinding: bindingsPath,
};

const objects = synthesizePlatform({ version: '0.0.0-test' });

/** Names of the policies that are about people. */
export const peoplePolicyNames: readonly string[] = objects
  .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
  .map(({ metadata }) => metadata.name)
  .filter((name) => !name.startsWith('cellwright-runner'));

/** Installs them; profile `default` is there, too. A policy holds a moment after it was made. */
export async function installWalls(plane: TestControlPlane): Promise<void> {
  await installKinds(plane);
  for (const object of objects) {
    const path = collectionOf(object);
    if (path !== undefined) await plane.admin.ok({ method: 'POST', path, body: object });
  }
}

/** Its other objects, for who attacks them: the runner's Deployment, and a webhook that nobody serves. */
export async function installRunnerObjects({ admin }: TestControlPlane): Promise<void> {
  const paths: Readonly<Record<string, string>> = {
    Deployment: `/apis/apps/v1/namespaces/${platformNames.namespace}/deployments`,
    ValidatingWebhookConfiguration: `${admission}/validatingwebhookconfigurations`,
  };
  for (const [kind, path] of Object.entries(paths))
    await admin.ok({ method: 'POST', path, body: objects.find((object) => object.kind === kind) });
}

function collectionOf({ kind, metadata }: KubeObject): string | undefined {
  return collections[kind]?.replace('/NS/', `/${metadata.namespace ?? ''}/`);
}

/** Takes one wall down by its binding, while `act` runs. */
export async function without(plane: TestControlPlane, policy: string, act: () => Promise<void>): Promise<void> {
  await plane.admin.ok({ method: 'DELETE', path: `${bindingsPath}/${policy}` });
  try {
    await act();
  } finally {
    const body = objects.find(
      ({ kind, metadata }) => kind === 'ValidatingAdmissionPolicyBinding' && metadata.name === policy,
    );
    await plane.admin.ok({ method: 'POST', path: bindingsPath, body });
  }
}

/** Until the type checker of the control plane has looked at every policy: what it has to say of each. */
export async function typeWarnings({ admin }: TestControlPlane): Promise<Readonly<Record<string, unknown>>> {
  const said: Record<string, unknown> = {};
  await eventually(async () => {
    for (const { metadata, ...policy } of await admin.list(policiesPath)) {
      const status = policy['status'] as
        { observedGeneration?: number; typeChecking?: { expressionWarnings?: unknown } } | undefined;
      if (status?.observedGeneration !== metadata.generation) return false;
      said[metadata.name] = status?.typeChecking?.expressionWarnings ?? [];
    }
    return true;
  });
  return said;
}
