/** What was measured, as a table for people and as JSON for programs. */
import { table } from '../../cli/output/table.ts';

/** One number. */
export interface Row {
  readonly what: string;
  readonly unit: 's' | 'MB' | '%' | 'requests';
  readonly ours: number;
  /** What the same took the plain loop. */
  readonly floor?: number;
  /** The most that is promised. @default - nothing is promised */
  readonly most?: number;
  /** The most that is promised, as a multiple of the floor. @default - nothing is promised */
  readonly mostOfFloor?: number;
}

/** Requests of the runner in a case by `verb resource`. */
export type Requests = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Whether the promise is kept; undefined where there is none, or no floor to hold it against. */
export function isMet({ ours, floor, most, mostOfFloor }: Row): boolean | undefined {
  if (most !== undefined) return ours <= most;
  return mostOfFloor === undefined || floor === undefined ? undefined : ours <= mostOfFloor * floor;
}

/** Whether no promise is broken. */
export function areMet(rows: readonly Row[]): boolean {
  return rows.every((row) => isMet(row) !== false);
}

/** A line for each number, then a line for each kind of request and a column for each case. */
export function asTables(rows: readonly Row[], requests: Requests): string {
  const numbers = table(
    ['MEASURED', 'OURS', 'FLOOR', 'RATIO', 'TARGET', 'MET'],
    rows.map((row) => [row.what, shown(row.ours, row), ...floorCells(row), targetOf(row), metText(row)]),
  );
  const cases = Object.entries(requests);
  const kinds = [...new Set(cases.flatMap(([, counts]) => Object.keys(counts)))].sort();
  const counted = table(
    ['REQUESTS', ...cases.map(([name]) => name.toUpperCase())],
    kinds.map((kind) => [kind, ...cases.map(([, counts]) => String(counts[kind] ?? ''))]),
  );
  return `${numbers}\n\n${counted}`;
}

/** The same for programs. */
export function asJson(rows: readonly Row[], requests: Requests, environment: unknown): string {
  return JSON.stringify({ environment, rows: rows.map((row) => ({ ...row, met: isMet(row) })), requests }, null, 2);
}

/** One number, as it is found. */
export function asText(row: Row): string {
  return `${row.what}: ${shown(row.ours, row)}`;
}

function floorCells(row: Row): string[] {
  const { ours, floor } = row;
  return floor === undefined ? ['', ''] : [shown(floor, row), rounded(ours / floor)];
}

function targetOf(row: Row): string {
  if (row.mostOfFloor !== undefined) return `at most ${row.mostOfFloor} × floor`;
  return row.most === undefined ? '' : `at most ${shown(row.most, row)}`;
}

function metText(row: Row): string {
  const met = isMet(row);
  return met === undefined ? '' : met ? 'yes' : 'no';
}

function shown(value: number, { unit }: Pick<Row, 'unit'>): string {
  switch (unit) {
    case 's':
      return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(1)} s`;
    case 'MB':
      return `${value.toFixed(0)} MB`;
    case '%':
      return `${rounded(value)} %`;
    case 'requests':
      // One request too many among a thousand tenants is one too many, and seen.
      return String(Number(value.toFixed(3)));
  }
}

/** At most two digits after the point. */
function rounded(value: number): string {
  return String(Number(value.toFixed(2)));
}
