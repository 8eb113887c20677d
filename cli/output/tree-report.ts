/** What a synth did to the output folder. */
import type { TreeReport } from '../../files/write/output-tree.ts';
import { byCodeUnit } from '../../constructs/synth/order.ts';
import { line, styled, terminal } from '../terminal.ts';

const marks = { created: '+', changed: '~', removed: '-', unchanged: ' ' } as const;
const colours = { created: 'green', changed: 'yellow', removed: 'red', unchanged: 'dim' } as const;

/** Every file with what became of it, then one line of numbers; files of others are named on standard error. */
export function showTree(folder: string, report: TreeReport, quiet: boolean): void {
  const kinds = Object.keys(marks) as (keyof typeof marks)[];
  if (!quiet) {
    const rows = kinds.flatMap((kind) => report[kind].map((path) => ({ kind, path })));
    for (const { kind, path } of rows.sort((a, b) => byCodeUnit(a.path, b.path))) {
      line(terminal.out, styled(terminal.out, colours[kind], `${marks[kind]} ${folder}/${path}`));
    }
  }
  for (const path of report.foreign) {
    line(terminal.err, `${folder}/${path} is not from cellwright and was left alone`);
  }
  const counts = kinds.filter((kind) => report[kind].length > 0).map((kind) => `${report[kind].length} ${kind}`);
  line(terminal.out, `${folder}: ${counts.join(', ')}`);
}
