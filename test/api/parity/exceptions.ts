/**
 * Where local validation and the API server are meant to differ, all of it. Two more things are no difference in verdict
 * but in who judges: `status` is judged by the API server alone, because only the runner writes it (through the status
 * subresource), and `quantity` in rules is our own function (constructs/api/validate/cel-environment.ts), because the
 * CEL library has none; the samples of the rules that use it hold it to the API server's.
 */
import { tenantGateway } from '../../../constructs/api/kinds/tenant-gateway.ts';
import { wholeObject } from './placement.ts';

/** A known difference, with the object that shows it. */
export interface Exception {
  readonly name: string;
  readonly reason: string;
  readonly object: object;
  readonly local: boolean;
  readonly server: boolean;
}

const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: '', uid: '1' };

/** The differences. */
export const exceptions: readonly Exception[] = [
  {
    name: 'generateName in place of a name',
    reason: 'the name is the tenant: files, Git and server-side apply have no other way to mean an object again',
    object: wholeObject(tenantGateway, { metadata: { generateName: 'acme-' }, spec: {} }),
    local: false,
    server: true,
  },
  {
    name: 'an owner reference without a name',
    reason: 'nobody writes owner references by hand; the API server judges them when a controller does',
    object: wholeObject(tenantGateway, { metadata: { name: 'sample', ownerReferences: [owner] }, spec: {} }),
    local: true,
    server: false,
  },
];
