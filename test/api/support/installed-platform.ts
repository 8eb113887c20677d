/** What `dist/platform/` installs, but for the runner and its webhook, which nobody would serve: kinds, rights and policies. */
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import { platformFiles } from '../../../constructs/platform/platform-files.ts';
import { synthesizePlatform } from '../../../constructs/platform/synthesize-platform.ts';
import type { TestControlPlane } from './control-plane.ts';
import { runnerClient } from './runner-account.ts';
import { eventually, installKinds } from './running-fleet.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
export const admissionPath = '/apis/admissionregistration.k8s.io/v1';

/** By kind; `NS` stands for the object's namespace. */
const collections: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  ServiceAccount: '/api/v1/namespaces/NS/serviceaccounts',
  ClusterRole: `${rbac}/clusterroles`,
  ClusterRoleBinding: `${rbac}/clusterrolebindings`,
  Role: `${rbac}/namespaces/NS/roles`,
  RoleBinding: `${rbac}/namespaces/NS/rolebindings`,
  ValidatingAdmissionPolicy: `${admissionPath}/validatingadmissionpolicies`,
  ValidatingAdmissionPolicyBinding: `${admissionPath}/validatingadmissionpolicybindings`,
};

/** Installs and waits until the walls stand; profile `default` is there, too. */
export async function installPlatform(plane: TestControlPlane): Promise<void> {
  await installKinds(plane);
  const files = platformFiles(synthesizePlatform({ version: '0.0.0-test' }));
  const [, namespace = [], access = [], admission = []] = files.map(({ objects }) => objects);
  // All bindings before the policies, and the scope last: where it holds, everything holds.
  const isPolicy = ({ kind }: KubeObject): boolean => kind === 'ValidatingAdmissionPolicy';
  const isScope = ({ metadata }: KubeObject): boolean => metadata.name === 'cellwright-runner-scope';
  const rank = (object: KubeObject): number => Number(isPolicy(object)) + Number(isPolicy(object) && isScope(object));
  const isServed = ({ kind }: KubeObject): boolean => kind !== 'ValidatingWebhookConfiguration';
  const ordered = admission.filter(isServed).sort((left, right) => rank(left) - rank(right));
  for (const object of [...namespace, ...access, ...ordered]) {
    await plane.admin.ok({ method: 'POST', path: collectionOf(object), body: object });
  }
  const account = await runnerClient(plane);
  await eventually(
    async () => (await account.send(canary)).status === 403,
    () => 'the policies do not hold',
  );
}

/** What RBAC allows and only the scope denies. */
const canary = {
  method: 'POST',
  path: '/api/v1/namespaces/default/configmaps?dryRun=All',
  body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'canary' } },
} as const;

function collectionOf({ kind, metadata }: KubeObject): string {
  const path = collections[kind];
  if (path === undefined) throw new Error(`${kind} is missing in test/api/support/installed-platform.ts`);
  return path.replace('/NS/', `/${metadata.namespace ?? ''}/`);
}
