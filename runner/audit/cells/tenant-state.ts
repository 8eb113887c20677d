/** What the runner itself says of a tenant. */
import type { TenantGatewayStatus } from '../../../constructs/api/types.gen.ts';
import { isPaused } from '../../fleet/paused.ts';
import { massDeletionReason } from '../../fleet/verdicts.ts';
import type { FindingId } from '../finding-kinds.ts';
import type { Check, Found } from '../finding.ts';
import { tenantRef } from './live-cell.ts';
import type { LiveCell } from './live-cell.ts';

type Condition = NonNullable<TenantGatewayStatus['conditions']>[number];

/** See above. */
export const tenantState: Check<LiveCell> = {
  reports: [
    'tenant.stalled',
    'tenant.degraded',
    'tenant.not-ready',
    'tenant.deletion-held',
    'tenant.paused',
    'tenant.invalid',
    'tenant.behind',
  ],
  run: (cell) => {
    const told = (id: FindingId, why: string): Found => ({ id, object: tenantRef(cell), why });
    return [
      ...(isPaused(cell.tenant) ? [told('tenant.paused', 'the annotation cellwright.dev/paused stands on it')] : []),
      ...conditionFindings(cell, told),
      ...planFindings(cell, told),
    ];
  },
};

type Tell = (id: FindingId, why: string) => Found;

/** The gravest of them, which is the reason of the others. */
function conditionFindings({ tenant }: LiveCell, told: Tell): Found[] {
  const conditions = tenant.status?.conditions ?? [];
  const is = (type: string, status: string): Condition | undefined =>
    conditions.find((condition) => condition.type === type && condition.status === status);
  const stalled = is('Stalled', 'True');
  if (stalled?.reason === massDeletionReason) return [told('tenant.deletion-held', stalled.message)];
  if (stalled !== undefined) return [told('tenant.stalled', stalled.message)];
  const degraded = is('Degraded', 'True');
  if (degraded !== undefined) return [told('tenant.degraded', degraded.message)];
  if (is('Ready', 'True') !== undefined) return [];
  const message = conditions.find(({ type }) => type === 'Ready')?.message;
  return [told('tenant.not-ready', message ?? 'no runner has looked at it yet')];
}

function planFindings({ planned, notCompared }: LiveCell, told: Tell): Found[] {
  if ('plan' in planned) return notCompared?.reason === 'behind' ? [told('tenant.behind', notCompared.why)] : [];
  // Nothing is wrong with a tenant whose extension this command was not given, or whose Rego it has no opa for.
  return ['ExtensionMissing', 'RegoUnchecked'].includes(planned.refusal.reason)
    ? []
    : [told('tenant.invalid', planned.refusal.message)];
}
