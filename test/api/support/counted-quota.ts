/** Until the quota of a tenant says what is in its namespace. */
import type { TestControlPlane } from './control-plane.ts';
import { eventually } from './running-fleet.ts';

/** A pod whose creation failed behind the quota stays counted until the next full count. */
export async function quotaIsCounted({ admin }: TestControlPlane, name: string): Promise<void> {
  const namespace = `/api/v1/namespaces/tenant-${name}`;
  let told = '';
  await eventually(
    async () => {
      const { status } = await admin.object({ path: `${namespace}/resourcequotas/cell` });
      const { used } = status as { readonly used?: Readonly<Record<string, string>> };
      const pods = await admin.list(`${namespace}/pods`);
      told = `${pods.length} pods, and the quota of ${name} has ${used?.['pods'] ?? 'none'}`;
      return used?.['pods'] === String(pods.length);
    },
    () => told,
  );
}
