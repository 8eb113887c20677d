/** The cache of the installed command. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageVersion } from '../../files/assets/package-root.ts';
import { cacheFolder, SynthCache } from '../../files/cache/synth-cache.ts';

/**
 * The cache in the current folder, or none when the command runs from source: there the code changes and the version does
 * not, so what an earlier run has shown says nothing.
 */
export function ownCache(): SynthCache | undefined {
  if (import.meta.filename.endsWith('.ts')) {
    return undefined;
  }
  mkdirSync(cacheFolder, { recursive: true });
  // The folder ignores itself: a repository need not know of it.
  writeFileSync(path.join(cacheFolder, '.gitignore'), '*\n');
  return new SynthCache(cacheFolder, packageVersion());
}
