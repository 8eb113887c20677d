/** Inside a tenant: what people wrote, and objects in a shape that leads out of the namespace. */
import type { Attack } from './attack.ts';
import { cell, create, inCell, labelled, merge, remove, set, tenantLabels, wallOnPatch } from './attack.ts';

const gateway = '/apis/cellwright.dev/v1alpha1/tenantgateways/acme';
const statefulSet = `${inCell('apps/v1')}/statefulsets/gateway`;
const service = `${cell}/services/gateway`;
const account = `${cell}/serviceaccounts/gateway`;
const networkPolicies = `${inCell('networking.k8s.io/v1')}/networkpolicies`;
const pod = '/spec/template/spec';

/** What Pod Security has nothing against. */
const confinedContainer = {
  name: 'mine',
  image: 'example.com/mine:1',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const ownPods = {
  selector: { matchLabels: { app: 'mine' } },
  template: {
    metadata: { labels: { app: 'mine' } },
    spec: { serviceAccountName: 'gateway', automountServiceAccountToken: false, containers: [confinedContainer] },
  },
};

const policy = (id: string, request: Attack['request']): Attack => ({ id, wall: 'policy', request });
const rbac = (id: string, request: Attack['request']): Attack => ({ id, wall: 'rbac', request });

/** RBAC for as long as no feature needs to patch this kind; then the policy alone. */
const heldBy = (resource: string, id: string, request: Attack['request']): Attack => ({
  id,
  wall: wallOnPatch(resource),
  request,
});

const words: readonly Attack[] = [
  policy('tenant-spec', merge(gateway, { spec: { deletionPolicy: 'Delete' } })),
  policy('tenant-finalizer', merge(gateway, { metadata: { finalizers: ['cellwright.dev/cell'] } })),
  policy(
    'tenant-annotation',
    merge(gateway, { metadata: { annotations: { 'cellwright.dev/confirm-deletion': 'true' } } }),
  ),
  policy('tenant-label', merge(gateway, { metadata: { labels: { canary: 'yes' } } })),
  policy(
    'tenant-owner',
    merge(gateway, { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'none', uid: 'none' }] } }),
  ),
  rbac('tenant-delete', remove(gateway)),
  rbac(
    'tenant-create',
    create('/apis/cellwright.dev/v1alpha1/tenantgateways', {
      apiVersion: 'cellwright.dev/v1alpha1',
      kind: 'TenantGateway',
      metadata: { name: 'mine' },
      spec: {},
    }),
  ),
  heldBy(
    'gatewayprofiles',
    'profile-spec',
    merge('/apis/cellwright.dev/v1alpha1/gatewayprofiles/default', {
      spec: { network: { denyCIDRs: ['198.51.100.0/24'] } },
    }),
  ),
];

const pods: readonly Attack[] = [
  rbac('pod-own', create(`${cell}/pods`, labelled('Pod', 'mine', { spec: confinedPod() }))),
  {
    ...rbac(
      'pod-privileged',
      create(`${cell}/pods`, labelled('Pod', 'mine', { spec: { containers: [privileged()] } })),
    ),
    behind: 'pod security',
  },
  stream('pod-exec', 'exec?command=env&container=gateway'),
  stream('pod-attach', 'attach?container=gateway'),
  stream('pod-forward', 'portforward?ports=18789'),
  rbac(
    'pod-evict',
    create(`${cell}/pods/gateway-0/eviction`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'gateway-0', namespace: 'tenant-acme' },
    }),
  ),
  rbac(
    'pod-ephemeral',
    merge(`${cell}/pods/gateway-0/ephemeralcontainers`, { spec: { ephemeralContainers: [confinedContainer] } }),
  ),
  rbac('pod-label', merge(`${cell}/pods/gateway-0`, { metadata: { labels: { a: 'b' } } })),
];

/** There is no kubelet; the API server looks for the pod's node first. */
function stream(id: string, call: string): Attack {
  return {
    ...rbac(id, { method: 'POST', path: `${cell}/pods/gateway-0/${call}` }),
    behind: '400 pod gateway-0 does not have a host assigned',
  };
}

function confinedPod(): object {
  const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
  const limits = { cpu: '10m', memory: '16Mi' };
  return {
    automountServiceAccountToken: false,
    securityContext,
    containers: [{ ...confinedContainer, resources: { limits, requests: limits } }],
  };
}

function privileged(): object {
  return { name: 'mine', image: 'example.com/mine:1', securityContext: { privileged: true } };
}

const workloads: readonly Attack[] = [
  policy('set-privileged', set(statefulSet, `${pod}/containers/0/securityContext`, { privileged: true })),
  policy('set-container', set(statefulSet, `${pod}/containers/-`, privileged())),
  policy('set-host-network', set(statefulSet, `${pod}/hostNetwork`, true)),
  policy('set-node', set(statefulSet, `${pod}/nodeName`, 'control-plane-1')),
  policy('set-host-port', set(statefulSet, `${pod}/containers/0/ports/0/hostPort`, 18_789)),
  policy('set-host-path', set(statefulSet, `${pod}/volumes/-`, { name: 'host', hostPath: { path: '/' } })),
  policy('set-secret', set(statefulSet, `${pod}/volumes/-`, { name: 'keys', secret: { secretName: 'registry' } })),
  policy('set-env-from', set(statefulSet, `${pod}/containers/0/envFrom`, [{ secretRef: { name: 'registry' } }])),
  policy(
    'set-token',
    set(statefulSet, `${pod}/volumes/-`, {
      name: 'token',
      projected: { sources: [{ serviceAccountToken: { path: 'token' } }] },
    }),
  ),
  policy('set-mount-token', set(statefulSet, `${pod}/automountServiceAccountToken`, true)),
  policy('set-account', set(statefulSet, `${pod}/serviceAccountName`, 'default')),
  policy(
    'set-networks',
    set(statefulSet, '/spec/template/metadata/annotations', { 'k8s.v1.cni.cncf.io/networks': 'host' }),
  ),
  policy('set-volume', create(`${inCell('apps/v1')}/statefulsets`, setOnForeignVolume())),
  policy('set-system', create('/apis/apps/v1/namespaces/kube-system/statefulsets', setOnForeignVolume())),
  rbac('deployment', create(`${inCell('apps/v1')}/deployments`, ownDeployment())),
  rbac('set-scale', merge(`${statefulSet}/scale`, { spec: { replicas: 0 } })),
  policy('claim-label', merge(`${cell}/persistentvolumeclaims/state-gateway-0`, { metadata: { labels: { a: 'b' } } })),
  policy(
    'claim-finalizer',
    merge(`${cell}/persistentvolumeclaims/state-gateway-0`, { metadata: { finalizers: null } }),
  ),
  rbac('claim-delete', remove(`${cell}/persistentvolumeclaims/state-gateway-0`)),
];

function ownDeployment(): object {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'mine', labels: tenantLabels }, spec: ownPods };
}

/** Valid but for its claim, which asks for a volume by name: that of a tenant who has gone, for example. */
function setOnForeignVolume(): object {
  return setWithClaim({ spec: { volumeName: 'released' } });
}

/** A StatefulSet of its own, with a claim that has some more. */
export function setWithClaim(more: { readonly metadata?: object; readonly spec?: object }): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'mine', labels: tenantLabels },
    spec: {
      serviceName: 'mine',
      ...ownPods,
      volumeClaimTemplates: [
        {
          metadata: { name: 'data', ...more.metadata },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more.spec },
        },
      ],
    },
  };
}

const network: readonly Attack[] = [
  policy('service-external-ip', merge(service, { spec: { externalIPs: ['203.0.113.1'] } })),
  policy('service-load-balancer', merge(service, { spec: { type: 'LoadBalancer' } })),
  policy('service-node-port', merge(service, { spec: { type: 'NodePort' } })),
  policy(
    'service-external-name',
    create(
      `${cell}/services`,
      labelled('Service', 'mine', { spec: { type: 'ExternalName', externalName: 'example.com' } }),
    ),
  ),
  policy(
    'service-selector',
    create(`${cell}/services`, labelled('Service', 'mine', { spec: { ports: [{ port: 443 }] } })),
  ),
  policy('service-annotation', merge(service, { metadata: { annotations: { 'example.com/dns': 'mine' } } })),
  policy('service-finalizer', merge(service, { metadata: { finalizers: null } })),
  policy(
    'account-role',
    merge(account, { metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/x' } } }),
  ),
  policy('account-token', merge(account, { automountServiceAccountToken: true })),
  policy('account-pull-secret', merge(account, { imagePullSecrets: [{ name: 'registry' }] })),
  policy('account-default', merge(`${cell}/serviceaccounts/default`, { automountServiceAccountToken: false })),
  policy('network-open', merge(`${networkPolicies}/cell`, { spec: { ingress: [{}] } })),
  policy('network-out', merge(`${networkPolicies}/cell`, { spec: { egress: [{}] } })),
  policy('network-deny', merge(`${networkPolicies}/default-deny`, { spec: { egress: [{}] } })),
  policy(
    'network-label',
    merge(`${networkPolicies}/cell`, {
      spec: { ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'mine' } } }] }] },
    }),
  ),
  policy('network-foreign', remove('/apis/networking.k8s.io/v1/namespaces/billing/networkpolicies/closed')),
  policy('quota', merge(`${cell}/resourcequotas/cell`, { spec: { hard: { 'services.loadbalancers': '99' } } })),
  policy(
    'root-certificate',
    merge(`${cell}/configmaps/kube-root-ca.crt`, { data: { 'ca.crt': 'mine' }, metadata: { labels: tenantLabels } }),
  ),
  policy('root-certificate-delete', remove(`${cell}/configmaps/kube-root-ca.crt`)),
];

export const tenantAttacks: readonly Attack[] = [...words, ...pods, ...workloads, ...network];
