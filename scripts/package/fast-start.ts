/** What makes the bundled command start fast. */
import { builtinModules, createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);

/** Built-in modules that most starts do not use, and that load much more of Node.js with them. */
const seldomUsed = [
  'child_process',
  'dgram',
  'dns',
  'fs/promises',
  'http',
  'http2',
  'https',
  'net',
  'os',
  'readline',
  'tls',
  'worker_threads',
  'zlib',
];

const builtins = builtinModules.filter((name) => !name.startsWith('_'));

/**
 * Takes built-in modules by `process.getBuiltinModule`: to `import` one, Node.js makes a module of it and for that reads
 * each of its properties, which loads what hides behind getters (all of Web Crypto, file streams, …). Those that are seldom
 * used are loaded when the first of their names is used.
 */
export function quickBuiltins(): Plugin {
  const namespace = 'quick-builtin';
  return {
    name: namespace,
    setup: (bundler) => {
      bundler.onResolve({ filter: new RegExp(`^(node:)?(${builtins.join('|')})$`) }, ({ path }) => ({
        path: path.replace(/^node:/, ''),
        namespace,
      }));
      bundler.onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: moduleOf(path), loader: 'js' }));
    },
  };
}

function moduleOf(name: string): string {
  const load = `process.getBuiltinModule(${JSON.stringify(`node:${name}`)})`;
  if (!seldomUsed.includes(name)) {
    return `module.exports = ${load};`;
  }
  const names = Object.keys(require(`node:${name}`) as object);
  return `
    let loaded;
    for (const name of ${JSON.stringify(names)}) {
      Object.defineProperty(exports, name, {
        enumerable: true,
        get: () => (loaded ??= ${load})[name],
        set: (value) => { (loaded ??= ${load})[name] = value; },
      });
    }`;
}

/**
 * Our constructs take the typed Kubernetes classes of cdk8s-plus and nothing else of it; its other 60 modules take longer to
 * load than a cell to synthesize.
 */
export function onlyKubernetesClasses(): Plugin {
  const namespace = 'kubernetes-classes';
  return {
    name: namespace,
    setup: (bundler) => {
      bundler.onResolve({ filter: /^cdk8s-plus-28$/ }, ({ path }) => ({ path, namespace }));
      bundler.onLoad({ filter: /.*/, namespace }, () => ({
        contents: `exports.k8s = require('cdk8s-plus-28/lib/imports/k8s.js');`,
        resolveDir: import.meta.dirname,
        loader: 'js',
      }));
    },
  };
}
