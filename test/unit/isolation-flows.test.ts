/** Promise 5 on the network: what the synthesized NetworkPolicies let through, flow by flow (docs/security-isolation.md). */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { flowTable, isWrong } from './flow-support/flow-table.ts';
import type { FlowRow } from './flow-support/flow-table.ts';
import { isPod } from './flow-support/flows.ts';
import type { End, Flow } from './flow-support/flows.ts';
import { cell } from './flow-support/places.ts';
import { walledFleet, walledTenants } from './flow-support/walled-fleet.ts';
import type { WalledFleet, WalledTenant } from './flow-support/walled-fleet.ts';

let fleet: WalledFleet;

beforeAll(async () => {
  fleet = await walledFleet();
});

const cases = flowTable.flatMap((row) =>
  (row.of ?? walledTenants).map((tenant): [string, WalledTenant, FlowRow] => [row.id, tenant, row]),
);

test.each(cases)('%s: %s', (_id, tenant, row) => {
  const flows = row.flows(cell(tenant), tenant);
  const wrong = flows.filter((flow) => isWrong(fleet.cluster, row, flow));
  expect(flows.length).toBeGreaterThan(0);
  expect(wrong.map(inWords)).toEqual([]);
});

function inWords({ from, to, port, protocol = 'TCP' }: Flow): string {
  return `${place(from)} to ${place(to)}, ${protocol} ${port}`;
}

const place = (end: End): string => (isPod(end) ? `${end.namespace}/${JSON.stringify(end.labels)}` : end.address);

describe('the table', () => {
  test('judges every tenant that there is', () => {
    const namespaces = fleet.objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
    expect(namespaces.sort()).toEqual(['cellwright-system', ...walledTenants.map((name) => `tenant-${name}`)].sort());
  });

  test('stands in the documentation row by row, with its results', () => {
    const text = readFileSync('docs/security-isolation.md', 'utf8');
    const lines = [...text.matchAll(/^\| `([a-z0-9-]+)` +\|.*\| (passes|denied) +\|$/gm)];
    expect(Object.fromEntries(lines.map(([, id, result]) => [id, result === 'passes']))).toEqual(
      Object.fromEntries(flowTable.map((row) => [row.id, row.passes])),
    );
  });
});
