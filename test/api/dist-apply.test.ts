/** What a person does with `dist/`: kubectl, on an empty cluster, folder by folder. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { synth } from '../../cli/commands/synth.ts';
import { apiGroup } from '../../constructs/api/kinds/kind.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { eventually } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const dist = mkdtempSync(path.join(tmpdir(), 'cellwright-dist-'));

beforeAll(async () => {
  if (spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status !== 0) {
    throw new Error('these tests run kubectl, which is not here: apt-get install kubernetes-client');
  }
  const code = await synth({ fleet: 'fleet', out: dist, delivery: 'rendered', quiet: true });
  expect(code).toBe(0);
});

afterAll(() => {
  rmSync(dist, { recursive: true, force: true });
});

/** Runs kubectl and returns what it wrote to standard error: errors and warnings. */
function kubectl(...args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn('kubectl', [`--kubeconfig=${plane().kubeconfigPath}`, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stderr });
    });
  });
}

const fine = { code: 0, stderr: '' };

test('the platform brings our kinds and no object of them: in one call kubectl would not know them yet', () => {
  const folder = path.join(dist, 'platform');
  const files = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  const objects = files.flatMap((text) => loadAll(text) as { readonly apiVersion: string; readonly kind: string }[]);
  expect(objects.map(({ kind }) => kind)).toContain('CustomResourceDefinition');
  expect(objects.filter(({ apiVersion }) => apiVersion.startsWith(`${apiGroup}/`))).toEqual([]);
});

test('kubectl applies platform, fleet and tenants in this order without an error or a warning', async () => {
  expect(await kubectl('apply', '--server-side', '-R', '-f', path.join(dist, 'platform'))).toEqual(fine);
  const crds = ['tenantgateways', 'gatewayprofiles', 'policybundles'].map((name) => `crd/${name}.cellwright.dev`);
  expect(await kubectl('wait', '--for=condition=Established', '--timeout=60s', ...crds)).toEqual(fine);
  // The example tenants name these; a cluster's administrators make them.
  await plane().admin.ok({
    method: 'POST',
    path: '/apis/node.k8s.io/v1/runtimeclasses',
    body: { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'gvisor' }, handler: 'runsc' },
  });
  await plane().admin.ok({
    method: 'POST',
    path: '/apis/scheduling.k8s.io/v1/priorityclasses',
    body: {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'tenant-critical' },
      value: 1000,
    },
  });
  expect(await kubectl('apply', '--server-side', '-R', '-f', path.join(dist, 'fleet'))).toEqual(fine);
  expect(await kubectl('apply', '--server-side', '-R', '-f', path.join(dist, 'tenants'))).toEqual(fine);
});

interface WorkloadList {
  readonly items: readonly {
    readonly metadata: { readonly namespace: string };
    readonly spec: { readonly replicas: number };
  }[];
}

test('every gateway pod is admitted in its namespace, under its quota and Pod Security', async () => {
  const { admin } = plane();
  const { items } = (await admin.ok({ path: '/apis/apps/v1/statefulsets' })).body as WorkloadList;
  const wanted = Object.fromEntries(items.map(({ metadata, spec }) => [metadata.namespace, spec.replicas]));
  const tenants = readdirSync(path.join(dist, 'tenants'));
  expect(Object.keys(wanted).sort()).toEqual(tenants.map((name) => `tenant-${name}`).sort());
  await eventually(async () => {
    const pods = (await admin.ok({ path: '/api/v1/pods' })).body as WorkloadList;
    return Object.entries(wanted).every(
      ([namespace, replicas]) => pods.items.filter((pod) => pod.metadata.namespace === namespace).length === replicas,
    );
  });
  const events = (await admin.ok({ path: '/api/v1/events?fieldSelector=reason=FailedCreate' })).body as {
    readonly items: readonly { readonly message: string }[];
  };
  // A quota that was made a moment ago and is not counted yet is no refusal: the pod comes with the next try.
  const refused = events.items.filter(({ message }) => !message.includes('status unknown for quota'));
  expect(refused.map(({ message }) => message)).toEqual([]);
});

test('no admitted container has a CPU limit, which a LimitRange could have set, and each has one of memory', async () => {
  const pods = (await plane().admin.list(
    '/api/v1/pods?labelSelector=cellwright.dev/tenant',
  )) as unknown as AdmittedPod[];
  const containers = pods.flatMap(({ spec }) => [...(spec.initContainers ?? []), ...spec.containers]);
  expect(containers.length).toBeGreaterThan(10);
  const limits = containers.map(({ resources }) => Object.keys(resources?.limits ?? {}));
  expect([...new Set(limits.flat())]).toEqual(['memory']);
  expect(limits.filter(({ length }) => length === 0)).toEqual([]);
});

interface AdmittedPod {
  readonly spec: {
    readonly containers: readonly AdmittedContainer[];
    readonly initContainers?: readonly AdmittedContainer[];
  };
}
interface AdmittedContainer {
  readonly resources?: { readonly limits?: Readonly<Record<string, string>> };
}

test('a second kubectl apply changes nothing', async () => {
  const { admin } = plane();
  const generations = async (): Promise<unknown> => {
    const { items } = (await admin.ok({ path: '/apis/apps/v1/statefulsets' })).body as {
      readonly items: readonly { readonly metadata: { readonly generation: number } }[];
    };
    return items.map(({ metadata }) => metadata.generation);
  };
  const before = await generations();
  expect(await kubectl('apply', '--server-side', '-R', '-f', path.join(dist, 'tenants'))).toEqual(fine);
  expect(await generations()).toEqual(before);
});
