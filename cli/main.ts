#!/usr/bin/env node
/** The command `cellwright`: everything but the look at the version comes after it, since an older Node.js cannot load it. */
import { exitCode } from './exit-code.ts';
import { nodeProblem } from './node-version.ts';

const problem = nodeProblem(process.version);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(exitCode.failed);
}
const { start } = await import('./start.ts');

process.exitCode = await start(process.argv);
