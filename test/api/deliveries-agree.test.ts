/** Two deliveries, one owner: what the runner applies is what `cellwright synth --delivery rendered` shows. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { synth } from '../../cli/commands/synth.ts';
import { emittedKindOf } from '../../constructs/synth/emitted-kinds.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { reviewTokenSecret } from '../../constructs/synth/tenant-input.ts';
import { loadCluster } from '../../runner/kube/cluster.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import { objectPath } from '../../runner/kube/resource.ts';
import { createTransport } from '../../runner/kube/transport.ts';
import { applyTree } from '../../scripts/start/apply-tree.ts';
import type { TestObject } from './support/api-client.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { isObserved, startTestRunner, tenant, tenantWhen } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
let folder: string;
let forGit: string;
let forReview: string;
const tenants = readdirSync('fleet/tenants').map((file) => path.basename(file, '.yaml'));

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cellwright-deliveries-'));
  forGit = path.join(folder, 'dist');
  forReview = path.join(folder, 'review');
  await synth({ fleet: 'fleet', out: forGit, quiet: true });
  await synth({ fleet: 'fleet', out: forReview, delivery: 'rendered', quiet: true });
  const cluster = loadCluster({ kubeconfig: plane().kubeconfigPath });
  const transport = createTransport(cluster, { userAgent: 'gitops', clock: systemClock });
  for (const part of ['platform', 'fleet', 'tenants']) {
    await applyTree(transport.send, path.join(forGit, part), AbortSignal.timeout(60_000));
  }
  await transport.close();
  await using runner = await startTestRunner(plane());
  for (const name of tenants) {
    await tenantWhen(plane(), name, isObserved);
  }
  await runner.settled();
}, 20 * 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The children of a tenant as the review shows them, with the token's real name in place of the placeholder. */
async function reviewed(name: string): Promise<KubeObject[]> {
  const { status } = await tenant(plane(), name);
  const root = path.join(forReview, 'tenants', name);
  return readdirSync(root).flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const named = text.replaceAll(reviewTokenSecret, status.tokenSecretName ?? reviewTokenSecret);
    return (loadAll(named) as KubeObject[]).filter(({ kind }) => kind !== 'TenantGateway');
  });
}

async function live(object: KubeObject): Promise<TestObject> {
  const emitted = emittedKindOf(object);
  if (emitted === undefined) {
    throw new Error(`${object.kind} is no kind that cells contain`);
  }
  const resource = { ...emitted.entry, namespaced: emitted.entry.scope === 'Namespaced' };
  return (await plane().admin.ok({ path: objectPath(resource, object.metadata) })).body as TestObject;
}

/** The API server does not keep members that say nothing. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutEmpty);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const members = Object.entries(value).map(([key, member]) => [key, withoutEmpty(member)] as const);
  return Object.fromEntries(members.filter(([, member]) => !(Array.isArray(member) && member.length === 0)));
}

test.each(tenants)('tenant %s: every field that synth shows is in the cluster', async (name) => {
  const objects = await reviewed(name);
  expect(objects.length).toBeGreaterThan(10);
  for (const object of objects) {
    expect(await live(object)).toMatchObject(withoutEmpty(object) as Record<string, unknown>);
  }
});

test.each(tenants)('tenant %s: each object has one applier', async (name) => {
  const rendered = readdirSync(path.join(forGit, 'tenants', name)).length > 1;
  for (const object of await reviewed(name)) {
    const { metadata } = await live(object);
    const appliers = (metadata.managedFields ?? [])
      .filter(({ manager, operation }) => operation === 'Apply' || manager.startsWith('cellwright'))
      .map(({ manager }) => manager);
    expect([object.kind, [...new Set(appliers)]]).toEqual([object.kind, [rendered ? 'gitops' : 'cellwright']]);
  }
});
