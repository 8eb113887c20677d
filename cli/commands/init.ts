/** `cellwright init`: a new GitOps repository. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageVersion } from '../../files/assets/package-root.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { completeManifest } from '../init/own-manifest.ts';
import type { CompletedManifest } from '../init/own-manifest.ts';
import { template } from '../init/template.ts';
import { line, terminal } from '../terminal.ts';

const manifest = 'package.json';

/**
 * Writes the files of the template. To a package.json of the user's own is added what it lacks; any other file in the way is
 * named, and then nothing is written.
 */
export function init(folder: string): ExitCode {
  const files = template(packageVersion());
  const inTheWay = Object.keys(files)
    .map((name) => path.join(folder, name))
    .filter((file) => path.basename(file) !== manifest && existsSync(file));
  if (inTheWay.length > 0) {
    return refuse(`${inTheWay.join(', ')} exist already; nothing was written. Choose an empty folder or remove them`);
  }
  const { [manifest]: wanted = '', ...others } = files;
  const own = path.join(folder, manifest);
  const completed = existsSync(own) ? completeManifest(readFileSync(own, 'utf8'), wanted) : undefined;
  if (completed === undefined && existsSync(own)) {
    return refuse(`${own} is no JSON object; nothing was written. Correct it or remove it`);
  }
  for (const [name, content] of completed === undefined ? Object.entries(files) : Object.entries(others)) {
    const target = path.join(folder, name);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content, { flag: 'wx' });
    line(terminal.out, target);
  }
  if (completed !== undefined) {
    complete(own, completed);
  }
  line(terminal.out, '\nNext: npm install, then npx cellwright synth, and look at dist/');
  return exitCode.fine;
}

function complete(file: string, { text, added, differences }: CompletedManifest): void {
  writeFileSync(file, text);
  line(terminal.out, added.length === 0 ? `${file}: nothing to add` : `${file}: added ${added.join(', ')}`);
  for (const difference of differences) {
    line(terminal.err, `${file}: ${difference}; it was left as it is`);
  }
}

function refuse(text: string): ExitCode {
  line(terminal.err, `cellwright: ${text}`);
  return exitCode.findings;
}
