/** Spec in, objects out: the one pure function behind dist, runner and review. */
import { App, Chart } from 'cdk8s';
import { cellPropsOf, TenantCell } from '../cell/tenant-cell.ts';
import { apiObjectsBelow } from './api-objects.ts';
import { emittedKindOf } from './emitted-kinds.ts';
import type { CellExtension } from './fleet-config.ts';
import type { KubeObject } from './kube-object.ts';
import { byCodeUnit } from './order.ts';
import { renderGate } from './render-gate.ts';
import type { TenantInput, TenantOutput } from './tenant-input.ts';

/**
 * Synthesizes one tenant. Equal input gives equal objects, keys sorted, in apply order.
 * @throws RenderGateError when constructs or the extension made something that a cell must not contain
 */
export function synthesizeTenant(input: TenantInput, extension?: Pick<CellExtension, 'extendCell'>): TenantOutput {
  const chart = new Chart(new App(), 'tenant');
  const cell = new TenantCell(chart, 'cell', cellPropsOf(input));
  extension?.extendCell(cell, input);
  const objects = apiObjectsBelow(chart).map((object) => object.toJson() as KubeObject);
  renderGate(input.tenant.name, cell.namespace, objects);
  return {
    namespace: cell.namespace,
    objects: inApplyOrder(objects),
    version: cell.version,
    policyRevision: cell.policyRevision,
    url: cell.url,
  };
}

function inApplyOrder(objects: readonly KubeObject[]): KubeObject[] {
  return objects
    .map((object) => ({ object, rank: emittedKindOf(object)?.rank ?? Number.MAX_SAFE_INTEGER }))
    .sort((a, b) => a.rank - b.rank || byCodeUnit(a.object.metadata.name, b.object.metadata.name))
    .map(({ object }) => object);
}
