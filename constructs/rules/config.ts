/** A fragment of `openclaw.json`, wherever it stands. */
import type { Problem } from '../api/problem.ts';
import type { SynthAssets } from '../synth/assets.ts';
import { literalSecretProblems, ownedKeyProblems } from './config-ownership.ts';

/** A fragment and what it is judged by. */
export interface PlacedFragment {
  readonly fragment: unknown;
  /** OpenClaw version whose schema decides. */
  readonly version: string | undefined;
  /** Path of the fragment in its object. */
  readonly path: string;
  readonly assets: SynthAssets;
}

/** Every problem of a fragment, none when there is no fragment. */
export function fragmentProblems({ fragment, path }: PlacedFragment): Problem[] {
  if (fragment === undefined) {
    return [];
  }
  return [...ownedKeyProblems(fragment, path), ...literalSecretProblems(fragment, path)];
}
