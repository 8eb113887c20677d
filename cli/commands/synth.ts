/** `cellwright synth`: `fleet/` in, `dist/` out. */
import type { SynthCache } from '../../files/cache/synth-cache.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { openFleet } from '../fleet/open-fleet.ts';
import { writeFleet } from '../fleet/write-fleet.ts';
import { showProblems, showWarnings } from '../output/problems.ts';
import { showTree } from '../output/tree-report.ts';
import { line, terminal } from '../terminal.ts';

/** Options of {@link synth}. */
export interface SynthOptions {
  /** Folder with `profiles/`, `bundles/` and `tenants/`. */
  readonly fleet: string;
  /** Folder to write. */
  readonly out: string;
  /** `spec`: each tenant by its own delivery; `rendered`: all objects of all tenants, for review. @default 'spec' */
  readonly delivery?: 'spec' | 'rendered';
  /** List only what did not go as expected. @default false */
  readonly quiet?: boolean;
  /** What earlier runs of this very version have shown. @default - everything is made anew */
  readonly cache?: SynthCache;
}

/** Synthesizes a fleet; nothing is written while anything is wrong with it. */
export async function synth(options: SynthOptions): Promise<ExitCode> {
  const { out, delivery = 'spec', quiet = false, cache } = options;
  const progress = (text: string): void => {
    line(terminal.err, text);
  };
  const opened = await openFleet(options.fleet, { progress, delivery, cache });
  showWarnings(terminal.err, opened.warnings);
  if (opened.problems.length > 0) {
    showProblems(terminal.err, opened.problems);
    line(terminal.err, `nothing was written to ${out}`);
    return exitCode.findings;
  }
  showTree(out, writeFleet(opened, { out, delivery, cache }), quiet);
  return exitCode.fine;
}
