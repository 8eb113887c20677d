/** Makes what is generated from the kinds and from the error codes; `-h` tells more. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { generateCli } from './generate-cli.ts';
import { generateDoctor } from './generate-doctor.ts';
import { generateErrors } from './generate-errors.ts';
import { generateImports } from './generate-imports.ts';
import { generateReference } from './generate-reference.ts';
import { generateTypes } from './generate-types.ts';

const help = `Usage: npm run generate [-- --check]

Makes from constructs/api/kinds, scripts/error-codes.ts, runner/audit/finding-kinds.ts and cli/program.ts:
  constructs/api/types.gen.ts   TypeScript types of the kinds
  imports/                      typed cdk8s constructs of the kinds
  docs/reference/               a page for each kind, the error codes, the doctor's findings, the command line

  --check   write nothing; exit 1 and name the files that are not current
`;

const root = path.join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
});

if (values.help) {
  process.stdout.write(help);
} else {
  const files = [
    ...(await generateTypes()),
    ...generateImports(),
    ...generateReference(),
    ...generateErrors(),
    ...generateDoctor(),
    ...generateCli(),
  ];
  const stale = files.filter(({ path: file, text }) => current(file) !== text);
  for (const { path: file, text } of stale) {
    if (!values.check) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    process.stdout.write(`${file}${values.check ? ' is not current: run npm run generate' : ''}\n`);
  }
  process.exitCode = values.check && stale.length > 0 ? 1 : 0;
}

function current(file: string): string | undefined {
  try {
    return readFileSync(path.join(root, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
