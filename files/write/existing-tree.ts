/** What lies in the output folder before a run. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Files and folders by their path below the output folder; `other` is links and special files. */
export type ExistingTree = ReadonlyMap<string, 'file' | 'folder' | 'other'>;

/** Every entry below the folder; dot entries (`.git`, `.gitkeep`, our staging) and node_modules are nobody's business. */
export function scanTree(folder: string): ExistingTree {
  const found = new Map<string, 'file' | 'folder' | 'other'>();
  scan(folder, '', found);
  return found;
}

function scan(folder: string, below: string, found: Map<string, 'file' | 'folder' | 'other'>): void {
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') {
      continue;
    }
    const path = below + entry.name;
    if (entry.isDirectory()) {
      found.set(path, 'folder');
      scan(folder, `${path}/`, found);
    } else {
      found.set(path, entry.isFile() ? 'file' : 'other');
    }
  }
}

/** The folders above a path, nearest last. */
export function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    parents.push(path.slice(0, slash));
  }
  return parents;
}
