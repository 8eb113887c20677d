/** Tables as kubectl prints them: columns, no lines. */
import Table from 'cli-table3';

const none = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'].map((name) => [
    name,
    '',
  ]),
);
const noLines = {
  ...none,
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '   ',
};

/** A table with its header; empty cells show as `-`, so that a row can be cut into fields. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const grid = new Table({
    head: [...header],
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  grid.push(...rows.map((row) => row.map((cell) => (cell === '' ? '-' : cell))));
  return grid
    .toString()
    .split('\n')
    .map((text) => text.trimEnd())
    .join('\n');
}
