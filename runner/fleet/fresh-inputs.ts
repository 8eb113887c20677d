/**
 * What is wanted, as the leader before left it. A stream whose other end is gone without a word tells nothing until it counts as dead
 * (kube/reflector.ts): a standby that takes over meanwhile would set back what was changed since, and forward again. So a term begins with streams
 * that were opened in it, and with an answer that the API server gave after they were: what it had to tell is on its way by then. A stream that
 * is told meanwhile that its version is too old is renewed once more, by a list.
 */
import type { Clock } from '../kube/clock.ts';
import { sleepUnlessAborted } from '../kube/clock.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Following } from '../kube/follow.ts';
import type { Log } from '../telemetry/log.ts';
import { gatewayProfiles, policyBundles, tenantGateways } from './kinds.ts';

const inputs = [tenantGateways, gatewayProfiles, policyBundles];
const kinds = inputs.map(({ kind }) => kind);

/** So long a term waits for it, in milliseconds: an old picture is better than a leader that does nothing. */
const patienceMs = 10_000;

/** What it takes. */
export interface FreshInputsDeps {
  readonly client: Pick<KubeClient, 'list'>;
  readonly following: Pick<Following, 'renew' | 'areOpen'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Settles when the streams of our kinds are fresh, the term is over, or after ten seconds, which the log tells; never fails. */
export async function freshInputs(deps: FreshInputsDeps, term: AbortSignal): Promise<void> {
  const { clock, log } = deps;
  const renewed = untilRenewed(deps, term).then(() => 'renewed' as const);
  const given = sleepUnlessAborted(clock, patienceMs, term);
  const how = await Promise.race([renewed, given]).catch((error: unknown) => error);
  if (how !== 'renewed' && !term.aborted) log.warn({ err: how }, 'leads by what the watches told before');
}

async function untilRenewed({ client, following }: FreshInputsDeps, term: AbortSignal): Promise<void> {
  const one = { limit: 1, metadataOnly: true };
  do {
    await following.renew(kinds);
    await Promise.all(inputs.map((kind) => client.list(kind, one, term)));
  } while (!following.areOpen(kinds));
}
