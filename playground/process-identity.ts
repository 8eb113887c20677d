/** Which process a number meant: a pid is used again, pid and start time together are not. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that was alive once. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system tells it; only good for comparing. */
  readonly started: string;
}

/** The process that has this pid now; undefined when none has. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether that very process still lives. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  return identityOf(pid)?.started === started;
}

/** Kills a process that leads a group, and its group; nothing when it is gone. */
export function killGroup(leader: ProcessIdentity): void {
  if (!isAlive(leader)) {
    return;
  }
  try {
    process.kill(-leader.pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: it ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

/** Clock ticks since boot, with the boot, since ticks begin again at each. */
function startOnLinux(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // No such process: that is the answer.
    return undefined;
  }
  // proc(5): the second field is the command in parentheses and may hold spaces and parentheses. After it come the state
  // and, as the 20th, the start time. Z and X are dead.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') {
    return undefined;
  }
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19] ?? ''}`;
}

function startByPs(pid: number): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
  });
  const [state = '', ...start] = stdout.trim().split(/\s+/);
  return state === '' || state.startsWith('Z') ? undefined : start.join(' ');
}
