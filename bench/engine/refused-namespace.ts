/** A namespace in which the API server refuses every write, by whomever, until it is disposed of. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../test/api/support/api-client.ts';

const folder = '/apis/admissionregistration.k8s.io/v1';
const policies = `${folder}/validatingadmissionpolicies`;
const bindings = `${folder}/validatingadmissionpolicybindings`;
const name = 'bench-refused-namespace';
const patienceMs = 30_000;

/** Settles when a write is refused there; its disposal, when one is accepted again. */
export async function refuseWrites(admin: ApiClient, namespace: string): Promise<AsyncDisposable> {
  await admin.ok({ method: 'POST', path: policies, body: policy(namespace) });
  await admin.ok({ method: 'POST', path: bindings, body: binding });
  await untilAnswered(admin, namespace, 403);
  return {
    [Symbol.asyncDispose]: async () => {
      for (const path of [bindings, policies]) await admin.ok({ method: 'DELETE', path: `${path}/${name}` });
      await untilAnswered(admin, namespace, 201);
    },
  };
}

function policy(namespace: string): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        resourceRules: [
          {
            apiGroups: ['*'],
            apiVersions: ['*'],
            resources: ['*/*'],
            operations: ['CREATE', 'UPDATE', 'DELETE'],
            scope: 'Namespaced',
          },
        ],
      },
      validations: [{ expression: 'false', message: 'this namespace is broken', reason: 'Forbidden' }],
    },
  };
}

const binding = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name },
  spec: { policyName: name, validationActions: ['Deny'] },
};

/** The API server takes a moment to notice a policy: asks by a write that is never kept. */
async function untilAnswered(admin: ApiClient, namespace: string, status: number): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`;
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } };
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await admin.send({ method: 'POST', path, body });
    if (answer.status === status) return;
    if (performance.now() > deadline) {
      throw new Error(
        `a write in ${namespace} is answered ${answer.status}, not ${status}: ${JSON.stringify(answer.body)}`,
      );
    }
    await sleep(50);
  }
}
