/** What synthesis takes and returns: the contract between files, runner, CLI and constructs. */
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../api/types.gen.ts';
import type { SynthAssets } from './assets.ts';
import type { KubeObject } from './kube-object.ts';

/** An object of ours by name, its spec with the schema's defaults filled in. */
export interface Named<Spec> {
  readonly name: string;
  readonly spec: Spec;
}

/** Everything that decides a tenant's objects; equal input gives equal bytes. */
export interface TenantInput {
  readonly tenant: Named<TenantGatewaySpec>;
  readonly profile: Named<GatewayProfileSpec>;
  /** Every bundle of the fleet; those whose scope does not hold are passed over. */
  readonly bundles: readonly Named<PolicyBundleSpec>[];
  readonly assets: SynthAssets;
  /**
   * Secret with the gateway token where the spec names none.
   * @default - the review name {@link reviewTokenSecret}, which no cluster has
   */
  readonly tokenSecretName?: string;
}

/** Name that stands for the Secret of a Managed tenant in output that is only read. */
export const reviewTokenSecret = 'gateway-token-made-by-the-runner';

/** A tenant's cell as objects, in the order in which they are applied. */
export interface TenantOutput {
  readonly namespace: string;
  readonly objects: readonly KubeObject[];
  /** OpenClaw version that is rendered. */
  readonly version: string;
  /** Revision that OPA must serve for the gateway to be ready. */
  readonly policyRevision: string;
  /** Where the gateway answers. */
  readonly url: string;
}
