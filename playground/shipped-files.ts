/** Files of the playground that run or build as they are; the package ships them at the same place as the sources. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { PlaygroundError } from './playground-error.ts';

/** The supervisor's program, plain JavaScript. */
export const supervisorFile = (): string => shipped('playground/supervisor.js');

/** Folder of a Go module that builds programs of the control plane. */
export const goModule = (name: string): string => path.dirname(shipped(`playground/build/${name}/go.mod`));

/** The nearest folder above this file that has it: this one may run from source, compiled, or inside a bundle. */
function shipped(name: string): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, name);
    if (existsSync(file)) {
      return file;
    }
    if (folder === path.dirname(folder)) {
      const message = `${name} is not above ${import.meta.dirname}: the package is not whole, install it again`;
      throw new PlaygroundError('playground.package', message);
    }
  }
}
