/** Faults of what is not a tenant's. */
import { platformNames } from '../../../constructs/platform/labels.ts';
import { synthesizePlatform } from '../../../constructs/platform/synthesize-platform.ts';
import {
  makePluginReady,
  makeRunnerReady,
  pinnedProfile,
  platformPath,
  platformProps,
  pluginPath,
  renewLease,
} from './audited-fleet.ts';
import { added, bound, changed, labelled, person, rbac, removed, replaced } from './planted-fault.ts';
import type { PlantedFault } from './planted-fault.ts';
import { createObject, eventually, ours } from './running-fleet.ts';
import { expiredBundle, expiringBundle } from './webhook-bundle.ts';

const { namespace: system, runner } = platformNames;
const networking = 'apis/networking.k8s.io/v1';
const account = { kind: 'ServiceAccount', name: runner, namespace: system };
const everyAccount = { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:serviceaccounts' };

/** Of each kind of admission object that the platform has: its bindings only audit, a webhook judges less and trusts nobody. */
const admissionFaults = Object.fromEntries(
  synthesizePlatform(platformProps).flatMap((object): [string, PlantedFault][] => {
    const { kind, metadata } = object;
    const at = `${kind} ${metadata.name}`;
    const path = platformPath(object);
    if (kind === 'ValidatingAdmissionPolicy') return [[`${at} is gone`, removed([`platform.missing ${at}`], path)]];
    if (kind === 'ValidatingAdmissionPolicyBinding') {
      const weaker = replaced(`platform.changed ${at}`, path, { place: '/spec/validationActions', value: ['Audit'] });
      return [[`${at} only audits`, weaker]];
    }
    if (kind !== 'ValidatingWebhookConfiguration') return [];
    const [rules, bundle] = ['/webhooks/0/rules', '/webhooks/0/clientConfig/caBundle'];
    return [
      [`${at} has no rules`, replaced(`platform.changed ${at}`, path, { place: rules, value: [] })],
      [
        `${at} trusts a certificate that is over`,
        replaced(`webhook.ca-expired ${at}`, path, { place: bundle, value: expiredBundle }),
      ],
      [
        `${at} trusts a certificate that nobody renews`,
        replaced(`webhook.ca-expires ${at}`, path, { place: bundle, value: expiringBundle }),
      ],
    ];
  }),
);

const pluginGone = removed(['network.not-known-to-enforce Namespace kube-system'], pluginPath);

type Planted = readonly [group: string, plural: string, name: string, body: object];

/** In the namespace that a tenant left behind. */
function inRetained(tells: readonly string[], objects: readonly Planted[]): PlantedFault {
  const namespace = added('', '/api/v1/namespaces/tenant-gone', {
    metadata: { labels: { 'cellwright.dev/tenant': 'gone' } },
  });
  return {
    tells: [...tells, 'namespace.departed Namespace tenant-gone'].sort(),
    plant: async (plane) => {
      await namespace.plant(plane);
      // Made by a controller, which lets no pod be made before.
      const accounts = '/api/v1/namespaces/tenant-gone/serviceaccounts/default';
      await eventually(async () => (await plane.admin.send({ path: accounts })).status === 200);
      for (const [group, plural, name, body] of objects)
        await plane.admin.ok({
          method: 'POST',
          path: `/${group}/namespaces/tenant-gone/${plural}`,
          body: { ...body, metadata: { name } },
        });
    },
    heal: namespace.heal,
  };
}

/** What is not a tenant's. */
export const platformFaults: Readonly<Record<string, PlantedFault>> = {
  ...admissionFaults,
  'a wall of the runner is gone': removed(
    [`platform.missing NetworkPolicy ${system}/${runner}`],
    `/${networking}/namespaces/${system}/networkpolicies/${runner}`,
  ),
  'the runner’s role has a rule more': replaced(
    `platform.changed ClusterRole ${runner}`,
    `${rbac}/clusterroles/${runner}`,
    {
      place: '/rules',
      value: (rules: unknown) => [...(rules as unknown[]), { apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
    },
  ),
  'the runner’s binding names one more': replaced(
    `platform.changed ClusterRoleBinding ${runner}`,
    `${rbac}/clusterrolebindings/${runner}`,
    { place: '/subjects', value: (subjects: unknown) => [...(subjects as unknown[]), person] },
  ),
  'Pod Security of the runner’s namespace is off': changed(
    `platform.changed Namespace ${system}`,
    `/api/v1/namespaces/${system}`,
    {
      patch: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': null } } },
      back: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    },
  ),
  'a kind has lost its rules': replaced(
    'platform.changed CustomResourceDefinition tenantgateways.cellwright.dev',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tenantgateways.cellwright.dev',
    {
      place: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations',
      value: (rules: unknown) => (rules as unknown[]).slice(1),
    },
  ),
  'the runner’s account is an administrator': added(
    'runner.extra-rights ClusterRoleBinding helpful',
    `${rbac}/clusterrolebindings/helpful`,
    bound('cluster-admin', account),
  ),
  'every account may write in kube-system': added(
    'runner.extra-rights RoleBinding kube-system/helpful',
    `${rbac}/namespaces/kube-system/rolebindings/helpful`,
    bound('edit', everyAccount),
  ),
  'runner pods are not ready': {
    tells: [`runner.not-ready Deployment ${system}/${runner}`],
    plant: (plane) => makeRunnerReady(plane, false),
    heal: (plane) => makeRunnerReady(plane),
  },
  'nobody renews the Lease': {
    tells: [`runner.no-leader Lease ${system}/${platformNames.lease}`],
    plant: (plane) => renewLease(plane, Date.now() - 600_000),
    heal: (plane) => renewLease(plane),
  },
  'the network plugin is gone': {
    ...pluginGone,
    heal: async (plane) => {
      await pluginGone.heal(plane);
      await makePluginReady(plane);
    },
  },
  'the network plugin runs nowhere': {
    tells: pluginGone.tells,
    plant: (plane) => makePluginReady(plane, false),
    heal: (plane) => makePluginReady(plane),
  },
  'the API server answers at a public address': added(
    'network.api-server-open GatewayProfile default',
    '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes-public',
    {
      metadata: { labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['203.0.113.10'] }],
      ports: [{ name: 'https', port: 443, protocol: 'TCP' }],
    },
  ),
  'a namespace has a tenant’s name and no label': added(
    'namespace.unlabelled Namespace tenant-ghost',
    '/api/v1/namespaces/tenant-ghost',
    {},
  ),
  'a namespace carries the label of another’s tenant': added(
    'namespace.misnamed Namespace borrowed',
    '/api/v1/namespaces/borrowed',
    labelled,
  ),
  'a namespace is kept for a tenant that is gone': added(
    'namespace.departed Namespace tenant-gone',
    '/api/v1/namespaces/tenant-gone',
    { metadata: { labels: { 'cellwright.dev/tenant': 'gone' } } },
  ),
  'a pod runs where a tenant was': inRetained(
    ['foreign.pod Pod tenant-gone/miner', 'foreign.network-policy NetworkPolicy tenant-gone/open'],
    [
      ['api/v1', 'pods', 'miner', { spec: { containers: [{ name: 'a', image: 'a' }] } }],
      ['apis/networking.k8s.io/v1', 'networkpolicies', 'open', { spec: { podSelector: {}, egress: [{}] } }],
    ],
  ),
  'a webhook of others changes pods': added(
    'admission.mutates-pods MutatingWebhookConfiguration others',
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/others',
    {
      webhooks: [
        {
          name: 'pods.example.com',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Ignore',
          clientConfig: { url: 'https://127.0.0.1:1/' },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        },
      ],
    },
  ),
  'a profile names its images by tag': {
    tells: ['image.by-tag GatewayProfile loose'],
    plant: (plane) => createObject(plane, 'GatewayProfile', { name: 'loose', spec: { images: pinnedProfile.images } }),
    heal: ({ admin }) => admin.ok({ method: 'DELETE', path: ours('GatewayProfile', 'loose') }),
  },
  'a profile is behind': {
    tells: ['version.gateway-behind GatewayProfile old', 'version.opa-behind GatewayProfile old'],
    plant: (plane) =>
      createObject(plane, 'GatewayProfile', {
        name: 'old',
        spec: {
          openclaw: { ...pinnedProfile.openclaw, version: '2026.9.5' },
          images: { opa: pinnedProfile.images.opa.replace('1.21.1', '1.0.0') },
        },
      }),
    heal: ({ admin }) => admin.ok({ method: 'DELETE', path: ours('GatewayProfile', 'old') }),
  },
};
