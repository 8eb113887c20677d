/** By which priority changes of the cluster reach the queue. */
import { describe, expect, test } from '@jest/globals';
import { AppliedRecords } from '../../runner/engine/records.ts';
import { createCaches } from '../../runner/fleet/caches.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import type { Stored } from '../../runner/kube/object-store.ts';
import type { ReflectorSubject } from '../../runner/kube/reflector.ts';

interface Picture {
  /** What the stream tells next. */
  readonly tell: (kind: string, object: LiveObject) => void;
  /** What reached the queue since the last call: `TenantGateway/acme change`. */
  readonly queued: () => string[];
  readonly allListed: () => void;
}

function picture(): Picture {
  const queued: string[] = [];
  let isStarting = true;
  const caches = createCaches(new AppliedRecords(), {
    add: (key, priority) => queued.push(`${key} ${priority}`),
    addAfter: (key, _, priority) => queued.push(`${key} ${priority} later`),
    isStarting: () => isStarting,
  });
  const [tenants, profiles, bundles] = caches.inputs.subjects();
  const tellers = new Map([
    toTeller(tenants),
    toTeller(profiles),
    toTeller(bundles),
    ...caches.children.subjects().map((subject) => toTeller(subject)),
    toTeller(caches.pods.subject()),
  ]);
  return {
    tell: (kind, object) => tellers.get(kind)?.({ ...object, kind }),
    queued: () => queued.splice(0).sort(),
    allListed: () => {
      isStarting = false;
    },
  };
}

function toTeller<Entry extends Stored>({
  resource,
  store,
  project,
}: ReflectorSubject<Entry>): [string, (object: LiveObject) => void] {
  return [resource.kind, (object) => store.told(project(object))];
}

let version = 0;

function live(metadata: object, rest: object = {}): LiveObject {
  version += 1;
  const common = { name: 'acme', uid: 'u1', generation: 1, resourceVersion: String(version) };
  return { apiVersion: 'v1', kind: '', metadata: { ...common, ...metadata }, ...rest };
}

const acme = { spec: { profile: 'default' } };
const held = { finalizers: ['cellwright.dev/in-use'] };
const child = { namespace: 'tenant-acme', labels: { 'cellwright.dev/tenant': 'acme' } };

describe('the priority of', () => {
  test('everything that comes with the first lists is that of the start', () => {
    const { tell, queued } = picture();
    tell('TenantGateway', live({}, acme));
    tell('GatewayProfile', live({ name: 'default', ...held }, { spec: {} }));
    tell('PolicyBundle', live({ name: 'all', ...held }, { spec: { scope: {} } }));
    tell('Service', live({ ...child, name: 'gateway' }));
    expect(new Set(queued())).toEqual(
      new Set(['TenantGateway/acme adoption', 'GatewayProfile/default resync later', 'PolicyBundle/all resync later']),
    );
  });

  test('a change of what was listed is that of its author, also while other kinds are not listed yet', () => {
    const { tell, queued } = picture();
    tell('TenantGateway', live({}, acme));
    queued();
    tell('TenantGateway', live({ generation: 2 }, acme));
    expect(queued()).toEqual(['TenantGateway/acme change']);
  });

  describe('after the start,', () => {
    function started(): Picture {
      const all = picture();
      all.tell('TenantGateway', live({}, acme));
      all.tell('Service', live({ ...child, name: 'gateway' }));
      all.allListed();
      all.queued();
      return all;
    }

    test.each<[string, string, LiveObject]>([
      ['a spec', 'change', live({ generation: 2 }, acme)],
      ['an annotation', 'change', live({ annotations: { 'cellwright.dev/paused': 'true' } }, acme)],
      ['a deletion', 'change', live({ deletionTimestamp: '2026-01-01T00:00:00Z' }, acme)],
      ['status', 'resync', live({}, { ...acme, status: { replicas: 1 } })],
      ['our finalizer', 'resync', live({ finalizers: ['cellwright.dev/cell'] }, acme)],
    ])('%s of a tenant is %s', (_, priority, object) => {
      const { tell, queued } = started();
      tell('TenantGateway', { ...object, metadata: { ...object.metadata, resourceVersion: '1000' } });
      expect(queued()).toEqual([`TenantGateway/acme ${priority}`]);
    });

    test('a new tenant and its bundle are changes, and its profile is what it shares', () => {
      const { tell, queued } = started();
      tell('TenantGateway', live({ name: 'new', uid: 'u2' }, acme));
      expect(queued()).toEqual(['TenantGateway/new change']);
      tell('GatewayProfile', live({ name: 'default' }, { spec: {} }));
      expect(queued()).toContain('TenantGateway/acme shared');
      tell('PolicyBundle', live({ name: 'all' }, { spec: { scope: {} } }));
      expect(queued()).toContain('TenantGateway/new change');
    });

    test.each<[string, string, object]>([
      ['GatewayProfile', 'small', {}],
      ['PolicyBundle', 'acme', { scope: { organization: 'acme' } }],
    ])('a %s is held at once by its first user, and counted later when it is held', (kind, name, spec) => {
      const { tell, queued } = started();
      const shared = (metadata: object): LiveObject => live({ name, uid: name, ...metadata }, { spec });
      const user = (tenant: string): LiveObject =>
        live({ name: tenant, uid: tenant }, { spec: { profile: 'small', organization: 'acme' } });
      const next = (): string[] => queued().filter((key) => key.startsWith(kind));
      tell(kind, shared({}));
      expect(next()).toEqual([`${kind}/${name} resync later`]);
      tell('TenantGateway', user('first'));
      expect(next()).toEqual([`${kind}/${name} change`]);
      tell(kind, shared(held));
      tell('TenantGateway', user('second'));
      expect(next()).toEqual([`${kind}/${name} resync later`, `${kind}/${name} resync later`]);
      tell(kind, shared({ annotations: { 'cellwright.dev/allow-deletion': 'true' } }));
      expect(next()).toEqual([`${kind}/${name} resync later`]);
    });

    test('a child is drift, and a pod that does not come up a look again', () => {
      const { tell, queued } = started();
      const leaving = { ...child, name: 'gateway', deletionTimestamp: '2026-01-01T00:00:00Z' };
      tell('Service', live({ ...leaving, finalizers: ['a.example.com/x', 'b.example.com/x'] }));
      expect(queued()).toEqual(['TenantGateway/acme drift']);
      // What holds it is told.
      tell('Service', live({ ...leaving, finalizers: ['b.example.com/x'] }));
      expect(queued()).toEqual(['TenantGateway/acme drift']);
      tell('Pod', live({ ...child, name: 'gateway-0' }));
      expect(queued()).toEqual(['TenantGateway/acme resync later']);
    });
  });
});
