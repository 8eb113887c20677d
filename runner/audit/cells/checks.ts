/** Every check of one tenant. */
import type { Check } from '../finding.ts';
import { asRecorded } from './as-recorded.ts';
import { asWanted } from './as-wanted.ts';
import { foreignAccounts } from '../foreign/accounts.ts';
import { foreignNetwork } from '../foreign/network.ts';
import { foreignPods } from '../foreign/pods.ts';
import { foreignRights } from '../foreign/rights.ts';
import { foreignWorkloads } from '../foreign/workloads.ts';
import type { LivePlace } from '../foreign/live-place.ts';
import type { LiveCell } from './live-cell.ts';
import { ownImage } from './own-image.ts';
import { quotaPressure } from './quota-pressure.ts';
import { tenantState } from './tenant-state.ts';
import { tokenAge } from './token-age.ts';

/** See above. */
export const cellChecks: readonly Check<LiveCell>[] = [
  tenantState,
  asWanted,
  asRecorded,
  foreignRights,
  foreignPods,
  foreignWorkloads,
  foreignNetwork,
  foreignAccounts,
  quotaPressure,
  tokenAge,
  ownImage,
];

/** Of the namespace that a tenant left behind: whatever is there, no tenant's spec asks for it. */
export const departedChecks: readonly Check<LivePlace>[] = [
  foreignRights,
  foreignPods,
  foreignWorkloads,
  foreignNetwork,
  foreignAccounts,
];
