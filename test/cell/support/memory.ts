/** Memory of a container's processes, as its cgroup would count it: pages that processes share count once. */
import { readdirSync, readFileSync } from 'node:fs';

/** Megabytes of a process and everything it started. */
export function megabytesOf(root: number): number {
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
  const family = [...parents.keys()].filter((pid) => descends(pid));
  return Math.round(family.reduce((sum, pid) => sum + proportionalKilobytes(pid), 0) / 1024);
}

/** Samples the memory of a process twice a second until it is stopped; gives the largest. */
export function watchMemory(root: number): { readonly stop: () => number } {
  let peak = megabytesOf(root);
  const timer = setInterval(() => (peak = Math.max(peak, megabytesOf(root))), 500);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

/** The process ends while it is looked at: then it has no parent and no memory any more. */
function readProc(pid: number, file: string): string {
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

function proportionalKilobytes(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readProc(pid, 'smaps_rollup'))?.[1] ?? 0);
}
