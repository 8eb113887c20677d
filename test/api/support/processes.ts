/** What runs on this machine, asked of the system itself. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process and its command line. */
export interface ListedProcess {
  readonly pid: number;
  readonly command: string;
}

/** Processes whose command line mentions a text, such as the folder they work in; not this one. */
export function processesWith(text: string): ListedProcess[] {
  return execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\n')
    .map((line) => /^\s*(\d+) (.*)$/.exec(line))
    .flatMap((match) => (match === null ? [] : [{ pid: Number(match[1]), command: match[2] ?? '' }]))
    .filter(({ pid, command }) => pid !== process.pid && command.includes(text));
}

/** Addresses on which processes accept TCP connections, `127.0.0.1:6443`, by `ss` (package iproute2; on macOS `lsof`). */
export function listenersOf(pids: readonly number[]): string[] {
  if (process.platform === 'darwin') {
    const list = ['-nP', '-a', '-iTCP', '-sTCP:LISTEN', '-Fn', '-p', pids.join(',')];
    const lines = execFileSync('lsof', list, { encoding: 'utf8' }).split('\n');
    return lines.filter((line) => line.startsWith('n')).map((line) => line.slice(1));
  }
  return execFileSync('ss', ['-tlnpH'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => pids.some((pid) => line.includes(`pid=${pid},`)))
    .map((line) => line.trim().split(/\s+/)[3] ?? '');
}

/** Asks until the answer holds; fails with the last one after some seconds. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  holds: (answer: T) => boolean,
  seconds = 90,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) {
      return answer;
    }
    if (performance.now() > end) {
      throw new Error(`did not come true within ${seconds} s; the last answer: ${JSON.stringify(answer)}`);
    }
    await sleep(50);
  }
}

/** Waits until no process mentions the text. */
export async function untilGone(text: string): Promise<void> {
  await eventually(
    () => processesWith(text),
    (found) => found.length === 0,
  );
}
