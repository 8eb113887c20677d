/** Every check of what is not a tenant's. */
import type { Check } from '../finding.ts';
import { aggregatedRights } from './aggregated-rights.ts';
import { clusterPolicies } from './cluster-policies.ts';
import { installed } from './installed.ts';
import type { LivePlatform } from './live-platform.ts';
import { networkPlugin } from './network-plugin.ts';
import { runnerHealth } from './runner-health.ts';
import { runnerImage } from './runner-image.ts';
import { clusterRights } from '../rights/lent-rights.ts';
import { openRights } from '../rights/open-rights.ts';
import { webhookCertificates } from './webhook-certificates.ts';

/** See above. */
export const platformChecks: readonly Check<LivePlatform>[] = [
  installed,
  webhookCertificates,
  runnerHealth,
  clusterRights,
  openRights,
  aggregatedRights,
  runnerImage,
  networkPlugin,
  clusterPolicies,
];
