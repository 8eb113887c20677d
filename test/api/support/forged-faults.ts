/**
 * Faults by those who know how the API server keeps who wrote what: they apply whole objects, our labels included, as Git does,
 * remove and make them again, or wipe managedFields out. Nothing but the value tells then.
 */
import { synthesizePlatform } from '../../../constructs/platform/synthesize-platform.ts';
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import { platformPath, platformProps } from './audited-fleet.ts';
import { forged, removed } from './planted-fault.ts';
import type { Forgery, PlantedFault } from './planted-fault.ts';

const platform = synthesizePlatform(platformProps);
const tenantPath = (tenant: string, group: string, rest: string): string =>
  `/apis/${group}/namespaces/tenant-${tenant}/${rest}`;
const networkPolicy = (tenant: string, name: string): string =>
  tenantPath(tenant, 'networking.k8s.io/v1', `networkpolicies/${name}`);
const nowhere = { matchLabels: { none: 'here' } };

/** The member of an object at a path of keys. */
function at(object: unknown, ...keys: readonly (string | number)[]): Record<string, unknown> {
  return keys.reduce<unknown>((node, key) => (node as Record<string | number, unknown>)[key], object) as Record<
    string,
    unknown
  >;
}

function wanted(kind: string, name: string): KubeObject {
  const found = platform.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`dist/platform has no ${kind} ${name}`);
  return found;
}

/** Of an object of the platform, by server-side apply. */
function platformFault(kind: string, name: string, change: Forgery['change']): PlantedFault {
  const path = platformPath(wanted(kind, name));
  return forged(`platform.changed ${kind} ${name}`, path, { manager: 'gitops', how: 'Apply', change });
}

const guards = (change: Forgery['change']): PlantedFault =>
  platformFault('ValidatingAdmissionPolicy', 'cellwright-tenant-guards', change);
const images = 'cellwright-tenant-images';
const webhook = wanted('ValidatingWebhookConfiguration', 'cellwright');

/** Of what is made again: `kubectl create -f` with a part more. */
const remade = {
  binding: {
    spec: {
      ...at(wanted('ValidatingAdmissionPolicyBinding', images), 'spec'),
      matchResources: { objectSelector: nowhere },
    },
  },
  webhook: {
    webhooks: (webhook['webhooks'] as readonly object[]).map((one) => ({ ...one, objectSelector: nowhere })),
  },
  deny: { spec: { podSelector: nowhere, policyTypes: ['Ingress', 'Egress'] } },
};

/** By what was done. */
export const forgedFaults: Readonly<Record<string, PlantedFault>> = {
  'default-deny is applied for pods that there are none of': forged(
    'cell.changed NetworkPolicy tenant-managed/default-deny',
    networkPolicy('managed', 'default-deny'),
    { manager: 'kubectl', how: 'Apply', change: (live) => Object.assign(at(live, 'spec', 'podSelector'), nowhere) },
  ),
  'default-deny is written without a trace for such pods': forged(
    'cell.changed NetworkPolicy tenant-managed/default-deny',
    networkPolicy('managed', 'default-deny'),
    { how: 'Update', change: (live) => Object.assign(at(live, 'spec', 'podSelector'), nowhere) },
  ),
  'default-deny is made again for such pods': removed(
    ['cell.changed NetworkPolicy tenant-managed/default-deny'],
    networkPolicy('managed', 'default-deny'),
    remade.deny,
  ),
  'a port is applied as a range of ports': forged(
    'cell.changed NetworkPolicy tenant-managed/cell',
    networkPolicy('managed', 'cell'),
    {
      manager: 'kubectl',
      how: 'Apply',
      change: (live) => (at(live, 'spec', 'egress', 1, 'ports', 0)['endPort'] = 65535),
    },
  ),
  'processes of a gateway pod see each other, in the name of Git': forged(
    'cell.changed StatefulSet tenant-rendered/gateway',
    tenantPath('rendered', 'apps/v1', 'statefulsets/gateway'),
    {
      manager: 'argocd-controller',
      how: 'Update',
      change: (live) => (at(live, 'spec', 'template', 'spec')['shareProcessNamespace'] = true),
    },
  ),
  'guards are applied without some kinds': guards((live) => {
    at(live, 'spec', 'matchConstraints')['excludeResourceRules'] = [
      { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] },
    ];
  }),
  'guards are applied for labelled objects alone': guards((live) => {
    at(live, 'spec', 'matchConstraints')['objectSelector'] = nowhere;
  }),
  'guards are applied for one name alone': guards((live) => {
    for (const rule of at(live, 'spec', 'matchConstraints')['resourceRules'] as Record<string, unknown>[])
      rule['resourceNames'] = ['none'];
  }),
  'guards are applied for labelled namespaces alone': guards((live) => {
    Object.assign(at(live, 'spec', 'matchConstraints', 'namespaceSelector'), nowhere);
  }),
  'images are judged by profiles that there are none of': platformFault(
    'ValidatingAdmissionPolicyBinding',
    images,
    (live) => Object.assign(at(live, 'spec', 'paramRef', 'selector'), nowhere),
  ),
  'the binding of images is made again for few objects': removed(
    [`platform.changed ValidatingAdmissionPolicyBinding ${images}`],
    platformPath(wanted('ValidatingAdmissionPolicyBinding', images)),
    remade.binding,
  ),
  // Without its certificates, too: one that is made again has none.
  'the webhook is made again for few objects': removed(
    [
      'platform.changed ValidatingWebhookConfiguration cellwright',
      'webhook.ca-missing ValidatingWebhookConfiguration cellwright',
    ],
    platformPath(webhook),
    remade.webhook,
  ),
};
