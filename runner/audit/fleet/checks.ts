/** Every check of what tenants share. */
import type { Check } from '../finding.ts';
import type { LiveFleet } from './live-fleet.ts';
import { mutatingWebhooks } from './mutating-webhooks.ts';
import { namespaces } from './namespaces.ts';
import { openApiServer } from './open-api-server.ts';
import { profiles } from './profiles.ts';

/** See above. */
export const fleetChecks: readonly Check<LiveFleet>[] = [namespaces, profiles, openApiServer, mutatingWebhooks];
