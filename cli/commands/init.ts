/** `cellwright init`: a new GitOps repository. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageVersion } from '../../files/assets/package-root.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { template } from '../init/template.ts';
import { line, terminal } from '../terminal.ts';

/**
 * Writes the files of the template that are not there yet. A package.json of the user's own stays; any other file in the
 * way is named, and then nothing is written.
 */
export function init(folder: string): ExitCode {
  const files = Object.entries(template(packageVersion()));
  const inTheWay = files.filter(([name]) => name !== 'package.json' && existsSync(path.join(folder, name)));
  if (inTheWay.length > 0) {
    const names = inTheWay.map(([name]) => path.join(folder, name)).join(', ');
    line(
      terminal.err,
      `cellwright: ${names} exist already; nothing was written. Choose an empty folder or remove them`,
    );
    return exitCode.findings;
  }
  for (const [name, content] of files) {
    const target = path.join(folder, name);
    if (!existsSync(target)) {
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, content, { flag: 'wx' });
      line(terminal.out, target);
    }
  }
  line(terminal.out, '\nNext: npm install, then npx cellwright synth, and look at dist/');
  return exitCode.fine;
}
