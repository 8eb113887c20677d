/** Free Rego of bundles: each in a package of its own, so that it can add to its sets and touch nothing else. */

/** Lines that the module has before the author's first line; errors of OPA are moved up by it. */
export const modulePreambleLines = 4;

/** A bundle's Rego as a whole module. The author writes rules and imports; the package is ours. */
export function bundleModule(bundle: string, rego: string): string {
  return `# METADATA\n# description: free Rego of bundle ${bundle}\npackage cellwright_bundles[${JSON.stringify(bundle)}]\n\n${rego.trimEnd()}\n`;
}

/** Whether the text declares a package itself; comments and strings do not count. */
export function declaresPackage(rego: string): boolean {
  return rego.split('\n').some((line) => /^\s*package\s/.test(line));
}
