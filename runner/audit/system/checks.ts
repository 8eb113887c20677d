/** Every check of what others have put into the runner's own namespace. */
import type { Check } from '../finding.ts';
import type { LivePlace } from '../foreign/live-place.ts';
import { foreignNetwork } from '../foreign/network.ts';
import { foreignRights } from '../foreign/rights.ts';
import { runnerPods } from './runner-pods.ts';

/** See above. What lies there of dist/platform is compared by the checks of the platform. */
export const systemChecks: readonly Check<LivePlace>[] = [foreignRights, runnerPods, foreignNetwork];
