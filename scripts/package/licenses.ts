/** The licences of what is bundled: most ask to be passed on with the code. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
}

/**
 * One text with name, version and licence of every package that a bundle holds.
 * @param root of the repository
 * @param inputs files of the bundle, relative to the root
 */
export function licenseTexts(root: string, inputs: readonly string[]): string {
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined));
  const parts = [...folders].sort().map((folder) => describe(path.join(root, folder)));
  return parts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** `node_modules/a/node_modules/@b/c` of a file below it; undefined for a file of ours. */
function packageFolder(input: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];
}

function describe(folder: string): string {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  const texts = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|notice|copying)/i.test(name))
    .sort()
    .map((name) => readFileSync(path.join(folder, name), 'utf8').trim());
  const title = `${manifest.name ?? path.basename(folder)} ${manifest.version ?? ''} (${manifest.license ?? 'see below'})`;
  return `${[title, ...texts].join('\n\n')}\n`;
}
