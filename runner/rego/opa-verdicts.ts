/** Verdicts of the real opa, which is looked for when the first bundle has Rego. */
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import { findOpa } from '../../opa/find-opa.ts';
import { systemClock } from '../kube/clock.ts';
import { RegoVerdicts } from './rego-verdicts.ts';

/** Who asks. */
export interface OpaVerdictsOptions {
  readonly assets: Pick<SynthAssets, 'capabilities'>;
  /** Told of what takes long, such as building opa. */
  readonly progress: (line: string) => void;
  /** Path of opa. @default - the one that `findOpa` finds */
  readonly opa?: ((signal: AbortSignal) => Promise<string>) | undefined;
}

/** See above. */
export function opaVerdicts({ assets, progress, opa }: OpaVerdictsOptions): RegoVerdicts {
  return new RegoVerdicts({
    findOpa: opa ?? ((signal) => findOpa({ environment: process.env, progress, signal })),
    capabilities: assets.capabilities,
    monotonic: systemClock.monotonic,
  });
}
