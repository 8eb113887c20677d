/** Every pod that is synthesized, held to a list that goes beyond Pod Security `restricted` (docs/security-isolation.md). */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import type { V1Container, V1PodSpec, V1Volume } from '@kubernetes/client-node';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { walledFleet } from './flow-support/walled-fleet.ts';

/** A pod and whose it is: `tenant-acme/StatefulSet/gateway`. */
interface EmittedPod {
  readonly name: string;
  readonly spec: V1PodSpec;
}

let objects: readonly KubeObject[];
let pods: readonly EmittedPod[];

beforeAll(async () => {
  ({ objects } = await walledFleet());
  pods = objects.flatMap(({ kind, metadata, spec }) => {
    const template = (spec as { readonly template?: { readonly spec: V1PodSpec } } | undefined)?.template;
    return template === undefined
      ? []
      : [{ name: `${metadata.namespace ?? ''}/${kind}/${metadata.name}`, spec: template.spec }];
  });
});

const isGateway = ({ name }: EmittedPod): boolean => name.startsWith('tenant-');

/** What must hold for each container, init containers and sidecars included. */
const containerRules: Readonly<Record<string, (container: V1Container) => boolean>> = {
  'no-privilege': ({ securityContext }) =>
    securityContext?.privileged === false && securityContext.allowPrivilegeEscalation === false,
  'no-capabilities': ({ securityContext }) =>
    JSON.stringify(securityContext?.capabilities) === JSON.stringify({ drop: ['ALL'] }),
  'read-only-root': ({ securityContext }) => securityContext?.readOnlyRootFilesystem === true,
  // What the pod says holds for all; a container of its own mind would be the exception that nobody sees.
  'no-exception': ({ securityContext }) =>
    [
      'runAsUser',
      'runAsGroup',
      'runAsNonRoot',
      'seccompProfile',
      'appArmorProfile',
      'procMount',
      'seLinuxOptions',
    ].every((field) => securityContext === undefined || !(field in securityContext)),
  'memory-limit': ({ resources }) =>
    resources?.limits?.['memory'] !== undefined && resources.requests?.['memory'] !== undefined,
  'cpu-request': ({ resources }) => resources?.requests?.['cpu'] !== undefined,
  // A LimitRange with a CPU maximum would set one where the pod names none (test/api/dist-apply.test.ts).
  'no-cpu-limit': ({ resources }) => resources?.limits?.['cpu'] === undefined,
  'no-host-port': ({ ports = [] }) =>
    ports.every(({ hostPort, hostIP }) => hostPort === undefined && hostIP === undefined),
  'no-block-device': ({ volumeDevices }) => volumeDevices === undefined,
  'no-shared-mounts': ({ volumeMounts = [] }) =>
    volumeMounts.every(({ mountPropagation }) => mountPropagation === undefined),
  'no-lifecycle': ({ lifecycle }) => lifecycle === undefined,
  'image-tagged': ({ image }) => /[:@][^/]+$/.test(image ?? ''),
};

const volumeKinds = ['configMap', 'emptyDir', 'projected'];

/** What must hold for each pod. */
const podRules: Readonly<Record<string, (pod: EmittedPod) => boolean>> = {
  'no-host': ({ spec }) =>
    ['hostNetwork', 'hostPID', 'hostIPC', 'hostAliases'].every(
      (field) => (spec as unknown as Record<string, unknown>)[field] === undefined,
    ),
  'user-fixed': ({ spec: { securityContext } }) =>
    securityContext?.runAsNonRoot === true &&
    (securityContext.runAsUser ?? 0) > 0 &&
    (securityContext.runAsGroup ?? 0) > 0 &&
    securityContext.supplementalGroups === undefined,
  'files-owned': (pod) => !isGateway(pod) || (pod.spec.securityContext?.fsGroup ?? 0) > 0,
  seccomp: ({ spec }) => spec.securityContext?.seccompProfile?.type === 'RuntimeDefault',
  'no-sysctls': ({ spec }) => spec.securityContext?.sysctls === undefined,
  'no-service-links': ({ spec }) => spec.enableServiceLinks === false,
  'no-token': (pod) => !isGateway(pod) || pod.spec.automountServiceAccountToken === false,
  'own-account': ({ spec }) => !['', 'default', undefined].includes(spec.serviceAccountName),
  'no-shared-processes': ({ spec }) => spec.shareProcessNamespace === undefined,
  'no-debugging': ({ spec }) => spec.ephemeralContainers === undefined,
  'volume-kinds': ({ spec: { volumes = [] } }) =>
    volumes.every((volume) => kindOf(volume).length === 1 && volumeKinds.includes(kindOf(volume)[0] ?? '')),
  'no-projected-token': ({ spec: { volumes = [] } }) =>
    volumes.every(({ projected }) =>
      (projected?.sources ?? []).every((source) => JSON.stringify(Object.keys(source)) === '["secret"]'),
    ),
  'files-bounded': ({ spec: { volumes = [] } }) =>
    volumes.every(({ emptyDir }) => emptyDir === undefined || emptyDir.sizeLimit !== undefined),
};

const kindOf = (volume: V1Volume): string[] => Object.keys(volume).filter((key) => key !== 'name');

test.each(Object.keys(podRules))('pods: %s', (id) => {
  expect(pods.filter((pod) => podRules[id]?.(pod) !== true).map(({ name }) => name)).toEqual([]);
});

test.each(Object.keys(containerRules))('containers: %s', (id) => {
  const containers = pods.flatMap(({ name, spec }) =>
    [...(spec.initContainers ?? []), ...spec.containers].map((container) => ({
      name: `${name}/${container.name}`,
      container,
    })),
  );
  expect(containers.length).toBeGreaterThan(20);
  expect(
    containers.filter(({ container }) => containerRules[id]?.(container) !== true).map(({ name }) => name),
  ).toEqual([]);
});

/** One way to break each rule, as what the pod's spec would have instead. */
const brokenPods: Readonly<Record<string, object>> = {
  'no-host': { hostPID: true },
  'user-fixed': { securityContext: { runAsNonRoot: true, runAsUser: 0, runAsGroup: 0 } },
  'files-owned': { securityContext: {} },
  seccomp: { securityContext: { seccompProfile: { type: 'Unconfined' } } },
  'no-sysctls': { securityContext: { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }] } },
  'no-service-links': { enableServiceLinks: undefined },
  'no-token': { automountServiceAccountToken: undefined },
  'own-account': { serviceAccountName: 'default' },
  'no-shared-processes': { shareProcessNamespace: true },
  'no-debugging': { ephemeralContainers: [] },
  'volume-kinds': { volumes: [{ name: 'x', hostPath: { path: '/' } }] },
  'no-projected-token': { volumes: [{ name: 'x', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] },
  'files-bounded': { volumes: [{ name: 'x', emptyDir: {} }] },
};

/** The same for a container. */
const brokenContainers: Readonly<Record<string, object>> = {
  'no-privilege': { securityContext: { privileged: false, allowPrivilegeEscalation: true } },
  'no-capabilities': { securityContext: { capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } } },
  'read-only-root': { securityContext: {} },
  'no-exception': { securityContext: { procMount: 'Unmasked' } },
  'memory-limit': { resources: { requests: { memory: '1Gi' } } },
  'cpu-request': { resources: {} },
  'no-cpu-limit': { resources: { limits: { cpu: '1' } } },
  'no-host-port': { ports: [{ containerPort: 1, hostPort: 1 }] },
  'no-block-device': { volumeDevices: [] },
  'no-shared-mounts': { volumeMounts: [{ name: 'x', mountPath: '/x', mountPropagation: 'Bidirectional' }] },
  'no-lifecycle': { lifecycle: {} },
  'image-tagged': { image: 'registry.example.com:5000/openclaw' },
};

test('every rule notices what breaks it, in every pod', () => {
  expect([Object.keys(brokenPods), Object.keys(brokenContainers)]).toEqual([
    Object.keys(podRules),
    Object.keys(containerRules),
  ]);
  const gateways = pods.filter(isGateway);
  expect(gateways.length).toBeGreaterThan(0);
  for (const { name, spec } of gateways) {
    for (const [id, broken] of Object.entries(brokenPods))
      expect([id, podRules[id]?.({ name, spec: Object.assign(structuredClone(spec), broken) })]).toEqual([id, false]);
    for (const [id, broken] of Object.entries(brokenContainers))
      for (const container of spec.containers)
        expect([id, containerRules[id]?.(Object.assign(structuredClone(container), broken))]).toEqual([id, false]);
  }
});

test('the pods are those of every tenant and of the runner', () => {
  expect(pods.map(({ name }) => name.split('/')[0])).toEqual(
    expect.arrayContaining(['cellwright-system', 'tenant-starter']),
  );
  expect(pods).toHaveLength(9);
});

test('pod-namespaces: Pod Security restricted is enforced in a pinned version wherever a pod is', () => {
  const labels = objects.flatMap(({ kind, metadata }) => (kind === 'Namespace' ? [metadata.labels ?? {}] : []));
  expect(labels).toHaveLength(9);
  for (const each of labels) {
    expect(each).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': expect.stringMatching(/^v1\.\d+$/) as unknown,
    });
  }
});

test('account: no ServiceAccount of a tenant has a token or a role', () => {
  const accounts = objects.filter(
    ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.namespace?.startsWith('tenant-'),
  );
  expect(accounts).toHaveLength(8);
  expect(accounts.filter((account) => account['automountServiceAccountToken'] !== false)).toEqual([]);
  const bindings = objects.filter(({ kind }) => kind === 'RoleBinding' || kind === 'ClusterRoleBinding');
  expect(JSON.stringify(bindings)).not.toMatch(
    /"namespace":"tenant-|system:(serviceaccounts|authenticated|unauthenticated)/,
  );
});

test('user-namespace: a pod has one of its own where its profile asks for it, and nowhere else', () => {
  const own = pods.filter(({ spec }) => (spec as { hostUsers?: boolean }).hostUsers === false).map(({ name }) => name);
  expect(own).toEqual(['tenant-by-ingress/StatefulSet/gateway', 'tenant-by-route/StatefulSet/gateway']);
});

test('runtime-class: a pod has the one that tenant or profile names, and no other pod has any', () => {
  const named = pods.flatMap(({ name, spec: { runtimeClassName } }) =>
    runtimeClassName === undefined ? [] : [[name.split('/')[0], runtimeClassName]],
  );
  expect(Object.fromEntries(named)).toEqual({
    'tenant-by-ingress': 'kata',
    'tenant-by-route': 'kata',
    'tenant-initech-vault': 'gvisor',
  });
});

test('every rule stands in the documentation', () => {
  const text = readFileSync('docs/security-isolation.md', 'utf8');
  const named = [
    'pod-namespaces',
    'account',
    'user-namespace',
    'runtime-class',
    ...Object.keys(podRules),
    ...Object.keys(containerRules),
  ];
  expect(named.filter((id) => !text.includes(`\`${id}\``))).toEqual([]);
});
