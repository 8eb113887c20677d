/** What lies in the cluster for a tenant. */
import { cellKinds } from '../../../runner/fleet/kinds.ts';
import { collectionPath } from '../../../runner/kube/resource.ts';
import type { TestObject } from './api-client.ts';
import type { TestControlPlane } from './control-plane.ts';
import { eventually } from './running-fleet.ts';

/** `Service/gateway` → uid, of every object that carries the tenant's label, anywhere. */
export async function cellObjects({ admin }: TestControlPlane, tenant: string): Promise<Record<string, string>> {
  const lists = cellKinds
    .filter(({ optional }) => optional !== true)
    .map(async (resource) => {
      const selector = `labelSelector=cellwright.dev/tenant%3D${tenant}`;
      const items = await admin.list(`${collectionPath(resource)}?${selector}`);
      return items.map(({ metadata }) => [`${resource.kind}/${metadata.name}`, metadata.uid] as const);
    });
  return Object.fromEntries((await Promise.all(lists)).flat());
}

/** The claim that the StatefulSet made for a tenant's first pod, once it is there. */
export async function claimOf({ admin }: TestControlPlane, tenant: string): Promise<TestObject> {
  let claim: TestObject | undefined;
  await eventually(async () => {
    [claim] = await admin.list(`/api/v1/namespaces/tenant-${tenant}/persistentvolumeclaims`);
    return claim !== undefined;
  });
  return claim as TestObject;
}
