/** From a Node.js that will do to the command that the arguments name. */
import { enableCompileCache } from 'node:module';
import type { ExitCode } from './exit-code.ts';
import { hookModules } from './fleet/module-sharing.ts';

/** Runs the command, and returns the exit code. */
export async function start(argv: readonly string[]): Promise<ExitCode> {
  // Before anything large is loaded: the next start takes what this one compiled (in the system's temporary folder).
  enableCompileCache();
  hookModules();
  const { run } = await import('./program.ts');
  return run(argv);
}
