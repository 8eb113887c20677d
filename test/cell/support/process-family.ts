/** A process and everything it started, as Linux tells it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** Process ids, the oldest first. */
export function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const parent = Number.isInteger(pid) ? parentOf(pid) : undefined;
    if (parent !== undefined) {
      parents.set(pid, parent);
    }
  }
  const descends = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === root || descends(parents.get(pid)));
  return [...parents.keys()].filter((pid) => descends(pid)).sort((a, b) => a - b);
}

/** Name of the program that a process runs, empty when it is gone. */
export function programOf(pid: number): string {
  try {
    return path.basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    // The process ended while it was looked at.
    return '';
  }
}

/** A file of a process; one that ended while it is looked at has none. */
export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function parentOf(pid: number): number | undefined {
  const found = /^PPid:\s+(\d+)$/m.exec(readProc(pid, 'status'))?.[1];
  return found === undefined ? undefined : Number(found);
}
