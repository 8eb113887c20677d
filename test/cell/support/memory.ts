/** Memory of a container's processes, as its cgroup would count it: pages that processes share count once. */
import { familyOf, readProc } from './process-family.ts';

/** Megabytes of a process and everything it started. */
export function megabytesOf(root: number): number {
  return Math.round(familyOf(root).reduce((sum, pid) => sum + proportionalKilobytes(pid), 0) / 1024);
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

function proportionalKilobytes(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readProc(pid, 'smaps_rollup'))?.[1] ?? 0);
}
