/** Bundles JavaScript into few files. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';

/** What to bundle. */
export interface Bundle {
  /** Entry files by the name that they get, relative to the root. */
  readonly entries: Readonly<Record<string, string>>;
  /** Folder to write, relative to the root and two levels below it. */
  readonly folder: `${string}/${string}`;
  /** Oldest Node.js that runs it. */
  readonly target: string;
  /** Packages that whoever runs it has installed. @default - none */
  readonly external?: readonly string[];
  /** @default - none */
  readonly plugins?: readonly Plugin[];
  /**
   * `shared`: what entries have in common lies in files of its own. `quick`: each entry is one dense file that loads another
   * entry only by `import()`; starts a sixth faster, for twice the bytes.
   */
  readonly shape: 'shared' | 'quick';
}

/** Name of a function in the bundle, see {@link sourceFolders}. */
const folderFunction = '__sourceFolder';

/**
 * In front of every file of a bundle. What was CommonJS still calls `require` for built-in modules; and files that look for
 * their neighbours (`playground/build`, `opa/build`) find them where they lie in the package.
 */
const banner = [
  `import __module from 'node:module';`,
  `const require = __module.createRequire(import.meta.url);`,
  `const ${folderFunction} = (folder) => require('node:path').resolve(import.meta.dirname, '../..', folder);`,
].join('\n');

/**
 * Writes a bundle.
 * @returns the files that it is made of, relative to the root
 */
export async function bundle(root: string, options: Bundle): Promise<string[]> {
  const { entries, external = [], plugins = [] } = options;
  const isQuick = options.shape === 'quick';
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { ...entries },
    outdir: options.folder,
    bundle: true,
    splitting: !isQuick,
    minifySyntax: isQuick,
    minifyWhitespace: isQuick,
    format: 'esm',
    platform: 'node',
    target: options.target,
    external: [...external],
    legalComments: 'none',
    banner: { js: banner },
    chunkNames: '[name]-[hash]',
    plugins: [sourceFolders(root), ...(isQuick ? [entriesStay(root, entries)] : []), ...plugins],
    logLevel: 'warning',
    metafile: true,
  });
  for (const output of Object.keys(metafile.outputs)) await toAscii(path.join(root, output));
  return Object.keys(metafile.inputs);
}

/**
 * A source with a single letter beyond ASCII is held with two bytes for each of its letters for as long as the process lives. esbuild
 * writes such letters of strings as escapes and leaves those of regular expressions, where the same escapes mean the same.
 */
async function toAscii(file: string): Promise<void> {
  const source = await readFile(file, 'utf8');
  const escaped = source.replaceAll(
    /[^\0-\x7f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (escaped !== source) await writeFile(file, escaped);
}

/** Gives each of our files the folder that it had before it was bundled. */
function sourceFolders(root: string): Plugin {
  return {
    name: 'source-folders',
    setup: (bundler) => {
      bundler.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        if (file.includes('node_modules')) return undefined;
        const folder = path.relative(root, path.dirname(file)).split(path.sep).join('/');
        const source = await readFile(file, 'utf8');
        return {
          contents: source.replaceAll('import.meta.dirname', `${folderFunction}(${JSON.stringify(folder)})`),
          loader: 'ts',
        };
      });
    },
  };
}

/** Leaves `import()` of another entry as it is; of anything else, it becomes a part of the file that is evaluated late. */
function entriesStay(root: string, entries: Bundle['entries']): Plugin {
  const names = new Map(Object.entries(entries).map(([name, file]) => [path.join(root, file), name]));
  return {
    name: 'entries-stay',
    setup: (bundler) => {
      bundler.onResolve({ filter: /^\..*\.ts$/ }, ({ kind, resolveDir, path: specifier }) => {
        const name = names.get(path.join(resolveDir, specifier));
        return kind === 'dynamic-import' && name !== undefined ? { path: `./${name}.js`, external: true } : undefined;
      });
    },
  };
}
