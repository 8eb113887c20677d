/** Reads what becomes part of every cell: the Rego library, the guard, and the configuration schemas. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { AssetFiles, SynthAssets } from '../../constructs/synth/assets.ts';
import { byCodeUnit } from '../../constructs/synth/order.ts';
import { packageRoot } from './package-root.ts';

const schemaFolder = ['constructs', 'cell', 'config-schema', 'data'];

/** Loads the assets of this package; schemas are read when they are first asked for, and kept. */
export function loadAssets(root: string = packageRoot()): SynthAssets {
  const schemas = new Map<string, unknown>();
  return {
    rego: filesBelow(path.join(root, 'policy'), (name) => name.endsWith('.rego') && !name.endsWith('_test.rego')),
    capabilities: readFileSync(path.join(root, 'policy', 'capabilities.json'), 'utf8'),
    guard: filesBelow(path.join(root, 'guard'), (name) => /\.(js|json)$/.test(name) && !name.endsWith('tsconfig.json')),
    configSchema: (version) => {
      if (!schemas.has(version)) {
        schemas.set(version, readSchema(path.join(root, ...schemaFolder, `${version}.json.br`)));
      }
      return schemas.get(version);
    },
  };
}

function readSchema(file: string): unknown {
  return existsSync(file) ? JSON.parse(brotliDecompressSync(readFileSync(file)).toString('utf8')) : undefined;
}

/** Files below a folder by their path in it, sorted, so that every machine sees the same order. */
function filesBelow(folder: string, wanted: (name: string) => boolean): AssetFiles {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort(byCodeUnit);
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}
