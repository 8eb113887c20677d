/** `cellwright synth`: `fleet/` in, `dist/` out. */
import { packageVersion } from '../../files/assets/package-root.ts';
import { cellFiles, commonFiles } from '../../files/fleet/fleet-files.ts';
import { OutputTree } from '../../files/write/output-tree.ts';
import type { TreeReport } from '../../files/write/output-tree.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { openFleet } from '../fleet/open-fleet.ts';
import type { OpenFleet } from '../fleet/open-fleet.ts';
import { showProblems } from '../output/problems.ts';
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
}

/** Synthesizes a fleet; nothing is written while anything is wrong with it. */
export async function synth({ fleet: folder, out, delivery = 'spec', quiet = false }: SynthOptions): Promise<ExitCode> {
  const opened = await openFleet(folder, (text) => {
    line(terminal.err, text);
  });
  if (opened.problems.length > 0) {
    showProblems(terminal.err, opened.problems);
    line(terminal.err, `nothing was written to ${out}`);
    return exitCode.findings;
  }
  showTree(out, write(opened, out, delivery), quiet);
  return exitCode.fine;
}

function write(
  { fleet, assets, config, extension }: OpenFleet,
  out: string,
  delivery: 'spec' | 'rendered',
): TreeReport {
  const tree = new OutputTree(out);
  try {
    for (const file of commonFiles(fleet, { ...config.platform, version: packageVersion() })) {
      tree.write(file);
    }
    for (const file of cellFiles(fleet, { assets, delivery, ...(extension === undefined ? {} : { extension }) })) {
      tree.write(file);
    }
    return tree.commit();
  } catch (error) {
    tree.abort();
    throw error;
  }
}
