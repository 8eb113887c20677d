import { describe, expect, test } from '@jest/globals';
import { childKey } from '../../runner/engine/kind.ts';
import { AppliedRecords } from '../../runner/engine/records.ts';
import { appliedRecordIn } from '../../runner/engine/records-text.ts';
import type { RecordsOf } from '../../runner/engine/records-text.ts';
import { cellCaches } from './runner-support/cell-caches.ts';
import { live as liveTenant } from './runner-support/live-inputs.ts';
import { foreignNamespace } from '../../runner/fleet/situation.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';

const key = childKey({ apiVersion: 'v1', kind: 'Namespace' }, { name: 'tenant-acme' });

/** Status that says that a namespace of this uid was applied, or seen. */
function recordOf(uid: string, of: RecordsOf = 'applied'): string | undefined {
  const records = new AppliedRecords(of);
  records.set('acme', key, { uid, wanted: 'w', accepted: 'a' });
  return records.textOf('acme');
}

function tenant(applied?: string): Tenant {
  return {
    ...(liveTenant('TenantGateway', 'acme', { organization: 'acme' }) as Tenant),
    status: { applied },
  } as Tenant;
}

describe('a namespace with the label of another organization', () => {
  const caches = cellCaches();
  const labels = { 'cellwright.dev/tenant': 'acme', 'cellwright.dev/organization': 'rivals' };
  caches.tell({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'tenant-acme', uid: 'known', resourceVersion: '1', labels },
  });

  test.each<[string, string | undefined]>([
    ['no status', undefined],
    ['the status of a tenant that Git applied', recordOf('known', 'observed')],
    ['a status that is cut off', recordOf('known')?.slice(0, -9)],
  ])('is not taken with %s', (_what, applied) => {
    expect(foreignNamespace(caches, tenant(applied))).toContain('organization "rivals"');
  });

  test('is not taken with the status of another namespace', () => {
    expect(foreignNamespace(caches, tenant(recordOf('another')))).toContain('organization "rivals"');
  });

  test('is ours when the status of this tenant says that we applied it', () => {
    expect(foreignNamespace(caches, tenant(recordOf('known')))).toBeUndefined();
    expect(appliedRecordIn(recordOf('known'), key)?.uid).toBe('known');
  });
});
