/** A fragment of `openclaw.json`, wherever it stands. */
import type { Problem } from '../api/problem.ts';
import { checkFragment } from '../cell/config-schema/check-fragment.ts';
import type { SynthAssets } from '../synth/assets.ts';
import { literalSecretProblems, ownedKeyProblems } from './config-ownership.ts';

type Fragment = Readonly<Record<string, unknown>>;

/** A fragment and what it is judged by. */
export interface PlacedFragment {
  readonly fragment: Fragment | undefined;
  /** What lies under the fragment when it is used. */
  readonly under: Fragment;
  /** OpenClaw version whose schema decides. */
  readonly version: string;
  /** Path of the fragment in its object. */
  readonly path: string;
  readonly assets: SynthAssets;
}

/** Every problem of a fragment that is within its bounds, none when there is no fragment. */
export function fragmentProblems({ fragment, under, version, path, assets }: PlacedFragment): Problem[] {
  if (fragment === undefined || Object.keys(fragment).length === 0) {
    return [];
  }
  const schema = assets.configSchema(version);
  return [
    ...ownedKeyProblems(fragment, path),
    ...literalSecretProblems(fragment, path),
    ...(schema === undefined ? [unknownVersion(version, path)] : checkFragment({ schema, fragment, under, path })),
  ];
}

/** Without the schema a mistake would show as a gateway that does not start. */
function unknownVersion(version: string, path: string): Problem {
  return {
    code: 'config.no-schema',
    path,
    message: `this Cellwright has no configuration schema of OpenClaw ${version}, so the fragment cannot be checked`,
    fix: 'choose an OpenClaw version that this Cellwright knows, or use a newer Cellwright',
  };
}
