/**
 * What a verdict reads beside the caches, a bounded number of times: whoever reaches the port can ask for verdicts that need it, and
 * the API server must not feel that.
 */
import { isNotFound } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { gatewayProfiles, namespaces, policyBundles, tenantGateways } from '../fleet/kinds.ts';
import type { FleetInputs, InputName } from '../fleet/inputs.ts';
import { unjudged } from './refusal.ts';
import { TokenBucket } from './token-bucket.ts';

/** Reads of all verdicts together; people and pipelines need a few a minute. */
export const readRate = { burst: 20, perSecond: 10 };

const resources = { TenantGateway: tenantGateways, GatewayProfile: gatewayProfiles, PolicyBundle: policyBundles };

/** What it works with. */
export interface ReadDeps {
  readonly client: Pick<KubeClient, 'get' | 'list'>;
  readonly inputs: FleetInputs;
  /** In milliseconds. */
  readonly monotonic: () => number;
}

/** See above. Every method throws a ReviewRefusal 503 when too much was read already, and what the API server answers. */
export class BoundedReads {
  readonly #deps: ReadDeps;
  readonly #bucket: TokenBucket;

  constructor(deps: ReadDeps) {
    this.#deps = deps;
    this.#bucket = new TokenBucket(readRate, deps.monotonic);
  }

  /** A namespace; undefined when there is none. */
  async namespace(name: string, signal: AbortSignal): Promise<LiveObject | undefined> {
    this.#take();
    try {
      return await this.#deps.client.get(namespaces, { name }, signal);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Reads an object of ours into the caches, or that it is not there. As a list: the runner has no right to `get` them. */
  async refresh({ kind, name }: InputName, signal: AbortSignal): Promise<void> {
    this.#take();
    const { client, inputs } = this.#deps;
    const options = { fieldSelector: `metadata.name=${name}`, limit: 1 };
    const { items, resourceVersion } = await client.list(resources[kind], options, signal);
    inputs.found({ kind, name }, items[0], resourceVersion);
  }

  #take(): void {
    if (!this.#bucket.take()) throw unjudged('verdicts read too much from the API server at once');
  }
}
