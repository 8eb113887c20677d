/** Every check of one tenant. */
import type { Check } from '../finding.ts';
import { asWanted } from './as-wanted.ts';
import { foreignAccounts } from './foreign-accounts.ts';
import { foreignNetwork } from './foreign-network.ts';
import { foreignPods } from './foreign-pods.ts';
import { foreignRights } from './foreign-rights.ts';
import type { LiveCell } from './live-cell.ts';
import { ownImage } from './own-image.ts';
import { quotaPressure } from './quota-pressure.ts';
import { tenantState } from './tenant-state.ts';
import { tokenAge } from './token-age.ts';

/** See above. */
export const cellChecks: readonly Check<LiveCell>[] = [
  tenantState,
  asWanted,
  foreignRights,
  foreignPods,
  foreignNetwork,
  foreignAccounts,
  quotaPressure,
  tokenAge,
  ownImage,
];
