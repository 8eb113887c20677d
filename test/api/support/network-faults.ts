/** Ways into or out of a tenant's namespace by kinds of other projects, which a cluster may or may not have. */
import type { TestControlPlane } from './control-plane.ts';
import { added } from './planted-fault.ts';
import type { PlantedFault } from './planted-fault.ts';
import { eventually } from './running-fleet.ts';

interface OtherKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
}

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Makes the kind known for as long as the fault is there. */
function ofKind(id: string, { group, version, kind, plural, scope }: OtherKind, content: object): PlantedFault {
  const name = `${plural}.${group}`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const annotations = { 'api-approved.kubernetes.io': 'unapproved, a stand-in' };
  const isNamespaced = scope === 'Namespaced';
  const definition = {
    metadata: { name, annotations },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
  const collection = `/apis/${group}/${version}${isNamespaced ? '/namespaces/tenant-managed' : ''}/${plural}`;
  const object = added('', `${collection}/open`, { apiVersion: `${group}/${version}`, kind, ...content });
  const isServed = async ({ admin }: TestControlPlane): Promise<boolean> =>
    (await admin.send({ path: collection })).status === 200;
  return {
    tells: [`${id} ${kind} ${isNamespaced ? 'tenant-managed/' : ''}open`],
    plant: async (plane) => {
      await plane.admin.ok({ method: 'POST', path: definitions, body: definition });
      await eventually(() => isServed(plane));
      await object.plant(plane);
    },
    heal: async (plane) => {
      await object.heal(plane);
      await plane.admin.ok({ method: 'DELETE', path: `${definitions}/${name}` });
      await eventually(async () => !(await isServed(plane)));
    },
  };
}

/** By what was done. */
export const networkFaults: Readonly<Record<string, PlantedFault>> = {
  'a policy of Cilium allows more': ofKind(
    'foreign.network-policy',
    {
      group: 'cilium.io',
      version: 'v2',
      kind: 'CiliumNetworkPolicy',
      plural: 'ciliumnetworkpolicies',
      scope: 'Namespaced',
    },
    { specs: [{ endpointSelector: {}, egress: [{ toEntities: ['world'] }] }] },
  ),
  'a policy of the whole cluster allows something': ofKind(
    'network.cluster-policy',
    {
      group: 'policy.networking.k8s.io',
      version: 'v1alpha1',
      kind: 'AdminNetworkPolicy',
      plural: 'adminnetworkpolicies',
      scope: 'Cluster',
    },
    { spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: 'Allow', from: [{ namespaces: {} }] }] } },
  ),
  'routes of other namespaces may come in': ofKind(
    'foreign.route',
    {
      group: 'gateway.networking.k8s.io',
      version: 'v1beta1',
      kind: 'ReferenceGrant',
      plural: 'referencegrants',
      scope: 'Namespaced',
    },
    { spec: { from: [], to: [{ group: '', kind: 'Service' }] } },
  ),
};
