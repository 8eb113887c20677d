/** Measurements on machines that stall: what is slow by its nature is so each time, what a machine did meanwhile is not. */

/** The least of three measurements at most; the first one that is under `enough` is the last. */
export async function leastOf(enough: number, measure: () => number | Promise<number>): Promise<number> {
  let least = Infinity;
  for (let attempt = 0; attempt < 3 && least >= enough; attempt += 1) least = Math.min(least, await measure());
  return least;
}

/** Milliseconds by the clock that an action takes, see {@link leastOf}. */
export function wallMs(enough: number, action: () => unknown): Promise<number> {
  return leastOf(enough, async () => {
    const before = performance.now();
    await action();
    return performance.now() - before;
  });
}

/** Milliseconds of CPU time of this process that an action takes, see {@link leastOf}. */
export function cpuMs(enough: number, action: () => unknown): Promise<number> {
  return leastOf(enough, async () => {
    const before = process.cpuUsage();
    await action();
    const { user, system } = process.cpuUsage(before);
    return Math.round((user + system) / 1000);
  });
}
