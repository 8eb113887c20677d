/** The whole of `dist/` as text, file by file. */
import { platformFiles } from '../../constructs/platform/platform-files.ts';
import type { PlatformProps } from '../../constructs/platform/settings.ts';
import { synthesizePlatform } from '../../constructs/platform/synthesize-platform.ts';
import { sharedFiles, tenantFiles } from '../../constructs/synth/fleet-tree.ts';
import type { Fleet, TreeOptions } from '../../constructs/synth/fleet-tree.ts';
import { emitPieces } from '../../constructs/synth/yaml/emit.ts';
import type { TextPieces } from '../../constructs/synth/yaml/shared-text.ts';

/** One file: its path below the output folder, and its text in pieces. */
export interface TextFile {
  readonly path: string;
  readonly content: TextPieces;
}

/** Platform and shared objects, which every run writes. */
export function* commonFiles(fleet: Fleet, platform: PlatformProps): Generator<TextFile> {
  for (const { name, objects } of platformFiles(synthesizePlatform(platform))) {
    yield { path: `platform/${name}`, content: emitPieces(objects) };
  }
  for (const { path, objects } of sharedFiles(fleet)) {
    yield { path, content: emitPieces(objects) };
  }
}

/** The files of one tenant. */
export function cellFiles(
  tenant: Fleet['tenants'][number],
  fleet: Pick<Fleet, 'profiles' | 'bundles'>,
  options: TreeOptions,
): TextFile[] {
  return tenantFiles(tenant, fleet, options).map(({ path, objects }) => ({ path, content: emitPieces(objects) }));
}
