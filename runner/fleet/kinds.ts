/** The kinds that the runner deals with, as the API server serves them. */
import { kindNamed } from '../../constructs/api/kinds/registry.ts';
import { apiGroup, apiVersion } from '../../constructs/api/kinds/kind.ts';
import { emittedKinds, waves } from '../../constructs/synth/emitted-kinds.ts';
import type { ManagedKind } from '../engine/kind.ts';
import type { Recreation } from '../engine/recreate.ts';
import type { ResourceKind } from '../kube/resource.ts';

function ours(kind: string): ResourceKind {
  const definition = kindNamed(kind);
  if (definition === undefined) throw new RangeError(`no kind ${kind} in constructs/api/kinds/registry.ts`);
  return { apiVersion: `${apiGroup}/${apiVersion}`, kind, plural: definition.plural, namespaced: false };
}

export const tenantGateways = ours('TenantGateway');
export const gatewayProfiles = ours('GatewayProfile');
export const policyBundles = ours('PolicyBundle');

/** Namespaces of cells, where one is looked at before there is a tenant. */
export const namespaces: ResourceKind = {
  apiVersion: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

/** Gateway pods; read only, to say why a gateway is not ready. */
export const pods: ResourceKind = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };

/** Kinds whose immutable fields change with the spec: volumes and names of a StatefulSet, the address family of a Service. */
const recreations: Readonly<Record<string, Recreation>> = { StatefulSet: 'orphan', Service: 'at-once' };

/** Claims of the gateways' volumes; made by StatefulSets, watched for their size, never removed. */
export const claims: ResourceKind = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  namespaced: true,
};

/** The last wave of what bounds a cell. */
export const guardsWave = waves.indexOf('guards');

/** What cells are made of. The namespace is never pruned: it goes only when the tenant goes and its data may. */
export const cellKinds: readonly ManagedKind[] = emittedKinds.map((entry) => ({
  apiVersion: entry.apiVersion,
  kind: entry.kind,
  plural: entry.plural,
  namespaced: entry.scope === 'Namespaced',
  wave: waves.indexOf(entry.wave),
  optional: entry.optional ?? false,
  prunable: entry.kind !== 'Namespace',
  // Each cell has the guard, the policy and the configuration in ConfigMaps: 100 kB and more.
  ...(entry.kind === 'ConfigMap' ? { pageSize: 50 } : {}),
  isContainer: entry.kind === 'Namespace',
  // The walls of a cell stay until its last pod is gone, so the StatefulSet must not be gone before its pods.
  propagation: entry.kind === 'StatefulSet' ? 'Foreground' : 'Background',
  ...(recreations[entry.kind] === undefined ? {} : { recreate: recreations[entry.kind] }),
}));

/** The token Secret: created, and never read or removed. Before the workload, which names it. */
export const tokenSecrets: ManagedKind = {
  apiVersion: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  wave: waves.indexOf('config'),
  watched: false,
  prunable: false,
};
