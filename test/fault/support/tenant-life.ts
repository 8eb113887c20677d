/** The life of a tenant, in phases that between them take every kind of write that the runner knows. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient, TestObject } from '../../api/support/api-client.ts';
import { createObject, deleteTenant, mergePatch, ours } from '../../api/support/running-fleet.ts';
import { elasticClass } from './bound-volumes.ts';
import type { EndState } from './end-state.ts';
import type { KillPoint } from './killed-runner.ts';
import { namesToken } from './numbered-writes.ts';
import { isDeleted, isReady } from './proven-fleet.ts';
import { changeSpec } from './tenants.ts';

interface Plane {
  readonly admin: ApiClient;
}

/** A part of a tenant's life. */
export interface Phase {
  readonly name: string;
  /** What people do. */
  readonly act: (plane: Plane, tenant: string) => Promise<void>;
  readonly isOver: (state: EndState) => boolean;
  /** Where the runner is killed in every run, beside the places that are chosen: in the gaps between writes that belong together. */
  readonly gaps: readonly Pick<KillPoint, 'what' | 'when'>[];
}

const storage = (size: string): object => ({ storage: { size, className: elasticClass } });
const ingressOf = (name: string): object => ({ access: { ingress: { host: `${name}.example.com` } } });
const tokenGaps: Phase['gaps'] = [
  { what: namesToken, when: 'after' },
  { what: 'POST secrets', when: 'before' },
  { what: 'POST secrets', when: 'after' },
];

/** A tenant with an even number keeps its data when it is deleted. */
export function keepsData(name: string): boolean {
  return Number(name.split('-')[1]) % 2 === 0;
}

/** In order; names of tenants end with `-` and a number. */
export const phases: readonly Phase[] = [
  {
    name: 'create',
    act: (plane, name) => {
      const deletionPolicy = keepsData(name) ? 'Retain' : 'Delete';
      return createObject(plane, 'TenantGateway', {
        name,
        spec: { deletionPolicy, ...storage('2Gi'), ...ingressOf(name) },
      });
    },
    isOver: isReady,
    gaps: tokenGaps,
  },
  {
    name: 'update',
    // Config and policy roll the pods, the quota grows, an Ingress goes, a rule of the network comes.
    act: (plane, name) =>
      changeSpec(plane, name, {
        access: null,
        egress: [{ cidr: '203.0.113.10/32', ports: [{ port: 8443 }] }],
        resources: { memory: '1536Mi', memoryLimit: '3Gi' },
        policy: { tools: { deny: ['exec'] } },
      }),
    isOver: isReady,
    gaps: [{ what: 'DELETE ingresses', when: 'before' }],
  },
  {
    name: 'grow',
    // The claim is patched; the StatefulSet goes without its pods and is made anew.
    act: (plane, name) => changeSpec(plane, name, storage('3Gi')),
    isOver: isReady,
    gaps: [
      { what: 'PATCH persistentvolumeclaims', when: 'after' },
      { what: 'DELETE statefulsets', when: 'before' },
      { what: 'DELETE statefulsets', when: 'after' },
      { what: 'PATCH statefulsets', when: 'after' },
    ],
  },
  {
    name: 'shrink and rotate',
    // The quota becomes smaller after the pods have rolled to a token of another name.
    act: (plane, name) =>
      mergePatch(plane, ours('TenantGateway', name), {
        metadata: { annotations: { 'cellwright.dev/rotate-token': 'now' } },
        spec: { resources: { memory: '1Gi', memoryLimit: '1536Mi' }, ...ingressOf(name) },
      }),
    isOver: isReady,
    gaps: [...tokenGaps, { what: 'PATCH resourcequotas', when: 'after' }],
  },
  {
    name: 'back',
    // Ingress, rule and policy go, and a Service is there whose fields cannot be changed into ours.
    act: async (plane, name) => {
      await pause(plane, name);
      await replaceHeadless(plane, name);
      await mergePatch(plane, ours('TenantGateway', name), {
        metadata: { annotations: { 'cellwright.dev/paused': null } },
        spec: { access: null, egress: null, resources: null, policy: null },
      });
    },
    isOver: (state) => isReady(state) && !JSON.stringify(state['status']).includes('Paused'),
    gaps: [
      { what: 'DELETE services', when: 'before' },
      { what: 'DELETE services', when: 'after' },
    ],
  },
  {
    name: 'delete',
    act: deleteTenant,
    isOver: isDeleted,
    gaps: [{ what: 'DELETE statefulsets', when: 'after' }],
  },
];

async function pause(plane: Plane, name: string): Promise<void> {
  await mergePatch(plane, ours('TenantGateway', name), {
    metadata: { annotations: { 'cellwright.dev/paused': 'true' } },
  });
  const end = performance.now() + 60_000;
  for (;;) {
    const { body } = await plane.admin.ok({ path: ours('TenantGateway', name) });
    if (JSON.stringify((body as { status?: object }).status ?? {}).includes('"Paused"')) return;
    if (performance.now() > end) throw new Error(`waited 60 s for ${name} to be paused`);
    await sleep(100);
  }
}

/** Somebody puts a Service with an address in the place of the one without; neither can become the other. */
async function replaceHeadless({ admin }: Plane, name: string): Promise<void> {
  const collection = `/api/v1/namespaces/tenant-${name}/services`;
  const path = `${collection}/gateway-pods`;
  const { metadata, spec } = (await admin.object({ path })) as TestObject & { readonly spec: object };
  const { clusterIP: _none, clusterIPs: _nones, ...others } = spec as Readonly<Record<string, unknown>>;
  await admin.ok({ method: 'DELETE', path });
  const body = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: metadata.name, labels: metadata.labels },
    spec: others,
  };
  await admin.ok({ method: 'POST', path: collection, body });
}
