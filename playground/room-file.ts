/** Files that travel with this room as they are: the Go modules and the supervisor. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { PlaygroundError } from './playground-error.ts';

/**
 * Path of a file or folder of `playground/`, run from source, compiled, or bundled into another folder of the package.
 * @throws PlaygroundError `playground.package` when the package lacks it
 */
export function roomFile(name: string): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'playground', name);
    if (existsSync(candidate)) {
      return candidate;
    }
    if (folder === path.dirname(folder)) {
      throw new PlaygroundError(
        'playground.package',
        `no playground/${name} in any folder above ${import.meta.dirname}: the package is not whole, install it again`,
      );
    }
  }
}
