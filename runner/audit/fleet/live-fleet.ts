/** What tenants share, and the namespaces of the cluster. */
import { tenantLabel } from '../../../constructs/cell/labels.ts';
import { FleetInputs } from '../../fleet/inputs.ts';
import { gatewayProfiles, policyBundles, tenantGateways } from '../../fleet/kinds.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import type { ReflectorSubject } from '../../kube/reflector.ts';
import type { Stored } from '../../kube/object-store.ts';
import { mutatingWebhooks, platformKindOf } from '../read-kinds.ts';
import type { AuditReader } from '../reader.ts';
import { apiServerAddresses } from './api-server-addresses.ts';

/** What checks of the fleet look at. */
export interface LiveFleet {
  readonly inputs: FleetInputs;
  /** By name. */
  readonly namespaces: ReadonlyMap<string, LiveObject>;
  /** Names of all tenants; undefined when they may not be listed. */
  readonly tenants: ReadonlySet<string> | undefined;
  readonly mutatingWebhooks: readonly LiveObject[];
  /** Where the API server answers on port 443. */
  readonly apiServerAddresses: readonly string[];
  /** Why no tenant can be rendered; undefined when they can. */
  readonly unplannable: string | undefined;
}

const namespaceKind = platformKindOf({ apiVersion: 'v1', kind: 'Namespace' });

/**
 * Reads namespaces first: a tenant that comes meanwhile then is no namespace without a tenant.
 * @param server URL of the API server
 */
export async function readFleet(reader: AuditReader, server: string): Promise<LiveFleet> {
  const namespaces = new Map<string, LiveObject>();
  for await (const namespace of reader.list(namespaceKind)) {
    if (isOfInterest(namespace)) namespaces.set(namespace.metadata.name, namespace);
  }
  const nothing = (): void => undefined;
  const inputs = new FleetInputs({ tenant: nothing, profile: nothing, bundle: nothing, hostShared: nothing });
  const [tenants, profiles, bundles] = inputs.subjects();
  await fill(reader, profiles);
  await fill(reader, bundles);
  await fill(reader, tenants);
  const hidden = [gatewayProfiles, policyBundles].filter(({ kind }) => reader.isHidden(kind));
  return {
    inputs,
    namespaces,
    tenants: reader.isHidden(tenantGateways.kind)
      ? undefined
      : new Set(inputs.tenants().map(({ metadata }) => metadata.name)),
    mutatingWebhooks: await reader.all(mutatingWebhooks),
    apiServerAddresses: await apiServerAddresses(reader, server),
    unplannable: hidden.length === 0 ? undefined : `${hidden.map(({ kind }) => kind).join(' and ')} may not be listed`,
  };
}

/** A cluster may have many namespaces that are no concern of ours. */
function isOfInterest({ metadata }: LiveObject): boolean {
  return metadata.name.startsWith('tenant-') || metadata.labels?.[tenantLabel] !== undefined;
}

async function fill<Entry extends Stored>(
  reader: AuditReader,
  { resource, store, project }: ReflectorSubject<Entry>,
): Promise<void> {
  const entries: Entry[] = [];
  for await (const live of reader.list(resource)) entries.push(project(live));
  store.replace(entries, '0');
}
