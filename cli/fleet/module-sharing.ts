/**
 * Lets a fleet's configuration share this command's copy of the construct libraries. With a second copy (of its own
 * node_modules, or with none) its constructs would be foreign to ours: cdk8s tells its lazy values by `instanceof` and would
 * leave those of another copy in the output.
 */
import { registerHooks } from 'node:module';

/** Where modules find what is shared: hooks give them source text, and that can reach globals only. */
const registryName = 'cellwright.own-modules';
const scheme = 'cellwright-own:';

type Registry = ReadonlyMap<string, object>;

/** From now on, every module that imports one of these specifiers gets our copy. */
export function publishModules(modules: Registry): void {
  Object.defineProperty(globalThis, Symbol.for(registryName), { value: modules, configurable: true });
}

function published(): Registry | undefined {
  return (globalThis as { [name: symbol]: Registry | undefined })[Symbol.for(registryName)];
}

/** Called once by the command's entry; changes nothing until something is published. */
export function hookModules(): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      published()?.has(specifier) === true
        ? { url: `${scheme}${specifier}`, format: 'module', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url.startsWith(scheme)
        ? { format: 'module', source: sourceOf(url.slice(scheme.length)), shortCircuit: true }
        : next(url, context),
  });
}

/** A module that hands on every name of ours. */
function sourceOf(specifier: string): string {
  const names = Object.keys(published()?.get(specifier) ?? {}).filter(isExportable);
  return [
    `const held = globalThis[Symbol.for(${JSON.stringify(registryName)})].get(${JSON.stringify(specifier)});`,
    `export const { ${names.join(', ')} } = held;`,
    'export default held;',
  ].join('\n');
}

function isExportable(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default' && name !== '__esModule';
}
