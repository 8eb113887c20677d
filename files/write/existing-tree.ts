/** What lies in the output folder before a run. */
import { readdirSync } from 'node:fs';

/** What lies in one folder, by name; folders in it are known by themselves. */
interface Contents {
  readonly files: string[];
  /** Links and special files. */
  readonly others: string[];
}

/** Files and folders below the output folder, kept folder by folder: a fleet's tree has very many, each with a few files. */
export class ExistingTree {
  readonly #folders = new Map<string, Contents>();

  /** Looks at every entry; dot entries (`.git`, `.gitkeep`, our staging) and node_modules are nobody's business. */
  constructor(folder: string) {
    this.#scan(folder, '');
  }

  /** What a path below the output folder is; undefined when there is nothing. */
  typeOf(path: string): 'file' | 'folder' | 'other' | undefined {
    const { folder, name } = splitPath(path);
    const contents = this.#folders.get(folder);
    if (contents?.files.includes(name) === true) {
      return 'file';
    }
    if (this.#folders.has(`${path}/`)) {
      return 'folder';
    }
    return contents?.others.includes(name) === true ? 'other' : undefined;
  }

  /** Every path that is no folder. */
  *entries(): Generator<{ readonly folder: string; readonly path: string; readonly isFile: boolean }> {
    for (const [folder, { files, others }] of this.#folders) {
      for (const name of files) {
        yield { folder, path: folder + name, isFile: true };
      }
      for (const name of others) {
        yield { folder, path: folder + name, isFile: false };
      }
    }
  }

  #scan(root: string, below: string): void {
    const contents: Contents = { files: [], others: [] };
    this.#folders.set(below, contents);
    for (const entry of readdirSync(`${root}/${below}`, { withFileTypes: true })) {
      const { name } = entry;
      if (name.startsWith('.') || name === 'node_modules') {
        continue;
      }
      if (entry.isDirectory()) {
        this.#scan(root, `${below}${name}/`);
      } else {
        (entry.isFile() ? contents.files : contents.others).push(name);
      }
    }
  }
}

/** The folder of a path, with the slash at its end (empty for the root), and the name in it. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const start = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, start), name: path.slice(start) };
}

/** The folders above a path, nearest last. */
export function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    parents.push(path.slice(0, slash));
  }
  return parents;
}
