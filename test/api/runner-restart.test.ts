import { beforeAll, expect, test } from '@jest/globals';
import type { AuditRequest } from './support/audit-log.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { installPlatform } from './support/installed-platform.ts';
import {
  createObject,
  isObserved,
  makePodReady,
  mergePatch,
  ours,
  startTestRunner,
  tenant,
  tenantWhen,
} from './support/running-fleet.ts';
import type { Live } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const agent = 'cellwright-runner/0.0.0-test';
const names = Array.from({ length: 12 }, (_, index) => `tenant-${index}`);

beforeAll(async () => {
  await installPlatform(plane());
  await using runner = await startTestRunner(plane());
  for (const name of names) {
    await createObject(plane(), 'TenantGateway', {
      name,
      spec: { access: { ingress: { host: `${name}.example.com` } } },
    });
  }
  for (const name of names) await tenantWhen(plane(), name, isObserved);
  await makePodReady(plane(), 'tenant-0');
  await tenantWhen(plane(), 'tenant-0', ({ conditions }) => conditions?.[0]?.status === 'True');
  await runner.settled();
});

function beyondLists(requests: readonly AuditRequest[]): string[] {
  return requests
    .filter(({ userAgent, verb }) => userAgent === agent && verb !== 'watch' && verb !== 'list')
    .map(({ verb, resource, name }) => `${verb} ${resource} ${name}`);
}

test('a restarted runner adopts a settled fleet with lists and watches alone', async () => {
  const requests = await plane().audit.during(async () => {
    await using runner = await startTestRunner(plane());
    await runner.settled();
    expect(await runner.passes()).toBeGreaterThanOrEqual(names.length);
  });
  expect(beyondLists(requests)).toEqual([]);
  expect(requests.some(({ userAgent, verb }) => userAgent === agent && verb === 'list')).toBe(true);
});

test('what changed while no runner was there is set right, and nothing else is written', async () => {
  const service = '/api/v1/namespaces/tenant-tenant-1/services/gateway';
  await mergePatch(plane(), service, { spec: { publishNotReadyAddresses: true } });
  await plane().admin.ok({ method: 'DELETE', path: '/api/v1/namespaces/tenant-tenant-2/limitranges/cell' });
  await mergePatch(plane(), ours('TenantGateway', 'tenant-3'), { metadata: { annotations: { note: 'mine' } } });
  const requests = await plane().audit.during(async () => {
    await using runner = await startTestRunner(plane());
    await runner.settled();
  });
  const writes = beyondLists(requests).filter((line) => !line.startsWith('create events'));
  expect(writes.sort()).toEqual([
    // Made anew: another uid in its record.
    'patch limitranges cell',
    'patch services gateway',
    // The field was nobody's before: applying leaves it, taking it out is a write of its own.
    'patch services gateway',
    'patch tenantgateways/status tenant-2',
  ]);
  const { body } = await plane().admin.ok({ path: service });
  expect((body as { spec: object }).spec).not.toHaveProperty('publishNotReadyAddresses');
});

test('records that cannot be read cost one apply of each object, and hide no addition whose traces were put away', async () => {
  const before = (await tenant(plane(), 'tenant-4')).status.applied;
  await mergePatch(plane(), `${ours('TenantGateway', 'tenant-4')}/status`, {
    status: { applied: '{"form":"applied/1","of":{"x' },
  });
  const wall = '/apis/networking.k8s.io/v1/namespaces/tenant-tenant-4/networkpolicies/default-deny';
  const closed = (await plane().admin.ok({ path: wall })).body as Live & { readonly spec: object };
  const { managedFields } = closed.metadata as { readonly managedFields?: unknown };
  await mergePatch(plane(), wall, { spec: { egress: [{}] } });
  const open = (await plane().admin.ok({ path: wall })).body as typeof closed;
  const forged = { ...open, metadata: { ...open.metadata, managedFields } };
  await plane().admin.ok({ method: 'PUT', path: `${wall}?fieldManager=cellwright`, body: forged });
  const run = async (): Promise<string[]> =>
    beyondLists(
      await plane().audit.during(async () => {
        await using runner = await startTestRunner(plane());
        await runner.settled();
      }),
    );
  const first = await run();
  expect(first.length).toBeGreaterThan(10);
  expect(first.every((line) => !line.startsWith('delete'))).toBe(true);
  expect((await tenant(plane(), 'tenant-4')).status.applied).toBe(before);
  expect(((await plane().admin.ok({ path: wall })).body as typeof closed).spec).toEqual(closed.spec);
  // What the API server adds by itself costs no second one.
  expect(first.filter((line) => line.startsWith('update'))).toEqual(['update networkpolicies default-deny']);
  expect(await run()).toEqual([]);
});

test('other defaults of the API server cost one write an object that changes nothing, once, and alarm nobody', async () => {
  const { applied = '' } = (await tenant(plane(), 'tenant-5')).status;
  const { form, of } = JSON.parse(applied) as { form: string; of: Record<string, [string, string, string]> };
  // As another API server accepted them.
  const older = Object.entries(of).map(([key, [uid, wanted, accepted]]): [string, string[]] => [
    key,
    [uid, wanted, accepted === '' ? '' : `${accepted}-before`],
  ]);
  await mergePatch(plane(), `${ours('TenantGateway', 'tenant-5')}/status`, {
    status: { applied: JSON.stringify({ form, of: Object.fromEntries(older) }) },
  });
  /** Content and owners of what can be changed; a list that is empty or not there makes another version all the same. */
  const contents = async (): Promise<unknown> =>
    Promise.all(
      ['networking.k8s.io/v1 networkpolicies', 'networking.k8s.io/v1 ingresses', 'apps/v1 statefulsets'].map(
        async (kind) => {
          const [group = '', plural = ''] = kind.split(' ');
          const { body } = await plane().admin.ok({ path: `/apis/${group}/namespaces/tenant-tenant-5/${plural}` });
          return (body as { items: (Live & { metadata: { managedFields: unknown } })[] }).items.map(
            ({ spec, metadata: { uid, labels, managedFields } }) => ({ spec, uid, labels, managedFields }),
          );
        },
      ),
    );
  const before = await contents();
  const requests = await plane().audit.during(async () => {
    await using runner = await startTestRunner(plane());
    await runner.settled();
  });
  const lines = beyondLists(requests);
  expect(lines.filter((line) => !/^(get|update) /.test(line))).toEqual(['patch tenantgateways/status tenant-5']);
  const replaced = lines.filter((line) => line.startsWith('update '));
  expect(new Set(replaced).size).toBe(replaced.length);
  // Namespaces and immutable ConfigMaps have nothing that could be hidden in them: they are looked at.
  const kept = Object.keys(of).filter((key) => /^(Namespace|ConfigMap|Secret)\//.test(key));
  expect(replaced).toHaveLength(Object.keys(of).length - kept.length);
  expect(await contents()).toEqual(before);
  expect((await tenant(plane(), 'tenant-5')).status.applied).toBe(applied);
});
