/**
 * Holds the processes of one playground and ends them together: when told to, when one of them ends by itself, and when the
 * process that started the playground is gone, however it went. Started by `fork` (supervision.ts); the channel is the
 * lifeline.
 *
 * Arguments: the playground's folder, where the programs run; and `temporary` when it goes with them.
 * Messages in: {start: {name, command, args, log, cwd?, env?}} · {detach: true} (live on without the parent).
 * Messages out: {started: name, pid} · {exited: name, code, signal}.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';

/** @typedef {{ name: string, command: string, args: string[], log: string, cwd?: string, env?: NodeJS.ProcessEnv }} Start */

const [, , folder = '', life] = process.argv;
const temporary = life === 'temporary';
/** @type {Map<string, import('node:child_process').ChildProcess>} */
const children = new Map();
let detached = false;
let stopping = false;

process.on('message', (/** @type {{ start?: Start, detach?: boolean }} */ message) => {
  if (message.start && !stopping) {
    start(message.start);
  }
  if (message.detach) {
    detached = true;
    process.disconnect();
  }
});
process.on('disconnect', () => {
  if (!detached) {
    stop();
  }
});
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])) {
  process.on(signal, stop);
}

/** @param {Start} program */
function start({ name, command, args, log, cwd = folder, env }) {
  const file = openSync(log, 'a', 0o600);
  // Nothing of the caller's environment: etcd takes ETCD_… as flags, and credentials in it are nobody's business here.
  const least = { PATH: process.env.PATH, HOME: process.env.HOME };
  // A group for each, so that what a program starts (a compiler) ends with it.
  const child = spawn(command, args, { cwd, stdio: ['ignore', file, file], env: env ?? least, detached: true });
  closeSync(file);
  children.set(name, child);
  child.on('spawn', () => tell({ started: name, pid: child.pid }));
  child.on('error', (error) => ended(name, error.message, null));
  child.on('exit', (code, signal) => ended(name, code, signal));
}

/** @param {string} name @param {number | string | null} code @param {string | null} signal */
function ended(name, code, signal) {
  if (!children.delete(name)) {
    return;
  }
  if (stopping) {
    leaveWhenAlone();
  } else {
    // Told before anything else ends, so that the one who is to blame is named.
    tell({ exited: name, code, signal }, stop);
  }
}

function stop() {
  if (stopping) {
    return;
  }
  stopping = true;
  // Killed, not asked: nothing they hold outlives the playground, and an API server that starts hears nothing else for long.
  for (const { pid } of children.values()) {
    if (pid !== undefined) {
      killGroup(pid);
    }
  }
  leaveWhenAlone();
}

/** @param {number} leader */
function killGroup(leader) {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It ended by itself a moment ago: its `exit` is on the way.
  }
}

function leaveWhenAlone() {
  if (children.size > 0) {
    return;
  }
  if (temporary) {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit(0);
}

/** @param {object} message @param {() => void} [then] */
function tell(message, then = () => undefined) {
  if (process.connected) {
    // A parent that goes at this moment is no error: `disconnect` follows.
    process.send?.(message, then);
  } else {
    then();
  }
}
