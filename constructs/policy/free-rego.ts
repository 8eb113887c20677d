/** Free Rego of bundles: each in a package of its own, so that it can add to its sets and touch nothing else. */

/** Package below which every bundle has its own, as the library reads them. */
export const bundlesPackage = 'cellwright_bundles';

/** Lines that the module has before the author's first line; errors of OPA are moved up by it. */
export const modulePreambleLines = 4;

/** File name of a bundle's module. */
export function bundleFile(bundle: string): string {
  return `bundle-${bundle}.rego`;
}

/** A bundle's Rego as a whole module. The author writes rules and imports; the package is ours. */
export function bundleModule(bundle: string, rego: string): string {
  const name = JSON.stringify(bundle);
  return `# METADATA\n# description: free Rego of bundle ${bundle}\npackage ${bundlesPackage}[${name}]\n\n${rego.trimEnd()}\n`;
}

/** Whether a line of the text declares a package; comments do not count. */
export function declaresPackage(rego: string): boolean {
  return rego.split('\n').some((line) => /^\s*package\s/.test(line));
}
