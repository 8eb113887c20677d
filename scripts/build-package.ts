/** Makes what the package ships beside its data: `build/lib` (to import) and `build/cli` (the command). Run by `npm run build`. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundle } from './package/bundle.ts';
import { emitDeclarations } from './package/declarations.ts';
import { onlyKubernetesClasses, quickBuiltins } from './package/fast-start.ts';
import { licenseTexts } from './package/licenses.ts';

const root = path.resolve(import.meta.dirname, '..');
const { peerDependencies } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
  readonly peerDependencies: Readonly<Record<string, string>>;
};

await rm(path.join(root, 'build', 'lib'), { recursive: true, force: true });
await rm(path.join(root, 'build', 'cli'), { recursive: true, force: true });

const inputs = [
  await bundle(root, {
    entries: { index: 'index.ts' },
    folder: 'build/lib',
    target: 'node20',
    // A construct of ours must be a construct to the project that imports it.
    external: Object.keys(peerDependencies),
    shape: 'shared',
  }),
  await bundle(root, {
    entries: {
      cellwright: 'cli/main.ts',
      program: 'cli/program.ts',
      // Beside the program, what synthesis has no use for.
      completion: 'cli/commands/completion.ts',
      playground: 'cli/commands/playground.ts',
      runner: 'cli/commands/runner.ts',
      status: 'cli/commands/status.ts',
    },
    folder: 'build/cli',
    target: 'node22',
    plugins: [quickBuiltins(), onlyKubernetesClasses()],
    shape: 'quick',
  }),
];
emitDeclarations(root);
await writeFile(path.join(root, 'build', 'cli', 'LICENSES.txt'), licenseTexts(root, inputs.flat()));
