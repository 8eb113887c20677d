/** Additions beside fields of ours whose writer cannot be seen: their managedFields were put away. */
import type { TestControlPlane } from './control-plane.ts';

/** What is added to which object of a tenant. */
export interface ForgedAddition {
  readonly path: string;
  /** JSON pointer; `-` at its end is the end of a list. */
  readonly pointer: string;
  readonly value: unknown;
}

/** One for each kind to which something can be added that server-side apply leaves alone; only some have Ingress or HTTPRoute. */
export function additionsTo(tenant: string): Readonly<Record<string, ForgedAddition>> {
  const core = `/api/v1/namespaces/tenant-${tenant}`;
  const of = (group: string, rest: string): string => `/apis/${group}/namespaces/tenant-${tenant}/${rest}`;
  const backend = { service: { name: 'gateway', port: { number: 18_789 } } };
  return {
    NetworkPolicy: {
      path: of('networking.k8s.io/v1', 'networkpolicies/default-deny'),
      pointer: '/spec/ingress',
      value: [{}],
    },
    ResourceQuota: { path: `${core}/resourcequotas/cell`, pointer: '/spec/hard/services', value: '7' },
    Service: { path: `${core}/services/gateway`, pointer: '/spec/externalIPs', value: ['203.0.113.1'] },
    StatefulSet: {
      path: of('apps/v1', 'statefulsets/gateway'),
      pointer: '/spec/template/spec/volumes/-',
      value: { name: 'host', hostPath: { path: '/' } },
    },
    PodMonitor: {
      path: of('monitoring.coreos.com/v1', 'podmonitors/gateway'),
      pointer: '/spec/namespaceSelector',
      value: { any: true },
    },
    Ingress: { path: of('networking.k8s.io/v1', 'ingresses/gateway'), pointer: '/spec/defaultBackend', value: backend },
    HTTPRoute: {
      path: of('gateway.networking.k8s.io/v1', 'httproutes/gateway'),
      pointer: '/spec/foreign',
      value: 'x',
    },
  };
}

/** Adds it, and puts the old managedFields back; nobody may repair in between. */
export async function forge({ admin }: TestControlPlane, { path, pointer, value }: ForgedAddition): Promise<void> {
  const before = await admin.object({ path });
  const body = [{ op: 'add', path: pointer, value }];
  await admin.ok({ method: 'PATCH', path, body, contentType: 'application/json-patch+json' });
  const { managedFields = [] } = before.metadata;
  for (;;) {
    const { metadata, ...content } = await admin.object({ path });
    const forged = { ...content, metadata: { ...metadata, managedFields } };
    const { status, body: answer } = await admin.send({
      method: 'PUT',
      path: `${path}?fieldManager=cellwright`,
      body: forged,
    });
    if (status === 200) return;
    // A controller wrote the status meanwhile.
    if (status !== 409) throw new Error(`PUT ${path} was answered ${status}: ${JSON.stringify(answer)}`);
  }
}
