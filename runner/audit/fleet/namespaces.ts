/** Namespaces belong to the tenants whose names and labels they have. */
import { cellNamespace, tenantLabel } from '../../../constructs/cell/labels.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import type { LiveFleet } from './live-fleet.ts';

/** See above. */
export const namespaces: Check<LiveFleet> = {
  reports: ['namespace.unlabelled', 'namespace.misnamed', 'namespace.departed'],
  run: (fleet) => [...fleet.namespaces.values()].flatMap((namespace) => judge(namespace, fleet.tenants)),
};

function judge(namespace: LiveObject, tenants: ReadonlySet<string> | undefined): Found[] {
  const { name, labels, deletionTimestamp } = namespace.metadata;
  const owner = labels?.[tenantLabel];
  const told = (id: Found['id'], why: string): Found[] => [{ id, object: refOf(namespace), why }];
  if (owner === undefined) return told('namespace.unlabelled', `it has no label ${tenantLabel}`);
  if (cellNamespace(owner) !== name)
    return told('namespace.misnamed', `its label says tenant ${JSON.stringify(owner)}`);
  // One that is on its way out, or a tenant that may not be listed, says nothing.
  if (tenants === undefined || tenants.has(owner) || deletionTimestamp !== undefined) return [];
  return told('namespace.departed', `there is no tenant ${owner}`);
}
