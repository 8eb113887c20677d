/**
 * Whoever removes the CustomResourceDefinition of tenants deletes every tenant, and seldom means their data. With `Retain` that stays
 * (the guard of mass-deletion.ts holds most of the workloads, too); with `Delete` it would be gone for good, so such a deletion is held
 * until someone says the word. It costs one list of one object's metadata, before anything of the tenant is removed.
 */
import { definitions } from '../kube/definitions.ts';
import { qualifiedPlural } from '../kube/resource.ts';
import type { Tenant } from './inputs.ts';
import { tenantGateways } from './kinds.ts';
import { confirmDeletionAnnotation, hasBegunToGo, isDeletionConfirmed } from './mass-deletion.ts';
import type { Pass, PassDeps } from './situation.ts';

/**
 * Why nothing of a tenant that is being deleted may be removed yet; undefined when it may go.
 * @throws what the API server answers
 */
export async function leavingKind(
  { client }: Pick<PassDeps, 'client'>,
  { tenant, signal }: Pick<Pass, 'tenant' | 'signal'>,
): Promise<string | undefined> {
  if (!losesData(tenant) || hasBegunToGo(tenant)) return undefined;
  const name = qualifiedPlural(tenantGateways);
  const options = { metadataOnly: true, fieldSelector: `metadata.name=${name}` };
  const { items } = await client.list(definitions, options, signal);
  if (items.every(({ metadata }) => metadata.deletionTimestamp === undefined)) return undefined;
  return (
    `the deletion is held, and nothing of the tenant is removed: the CustomResourceDefinition ${name} is being deleted, and every tenant with it; ` +
    `the data of this one would be gone for good. To let it go: kubectl annotate tg ${tenant.metadata.name} ${confirmDeletionAnnotation}=true. ` +
    'To keep the cell: docs/guides/deletion.md'
  );
}

function losesData(tenant: Tenant): boolean {
  const { deletionPolicy, delivery } = tenant.spec;
  return deletionPolicy === 'Delete' && delivery !== 'Rendered' && !isDeletionConfirmed(tenant);
}
