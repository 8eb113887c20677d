/** Pods on nodes, where no scheduler and no kubelet works. */
import type { TestControlPlane } from './control-plane.ts';

/**
 * Puts a pod on a Node that is made for it. On one that there is not, the pod would be collected within a minute; on one that is a
 * minute old without a kubelet, a pod that comes there is said to be unready.
 * @param path of the pod
 */
export async function bindPod({ admin }: Pick<TestControlPlane, 'admin'>, path: string): Promise<void> {
  const { metadata } = await admin.object({ path });
  const node = `node-${metadata.uid}`;
  await admin.ok({ method: 'POST', path: '/api/v1/nodes', body: { metadata: { name: node } } });
  const target = { apiVersion: 'v1', kind: 'Node', name: node };
  const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name: metadata.name }, target };
  await admin.ok({ method: 'POST', path: `${path}/binding`, body });
}
