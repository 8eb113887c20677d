/**
 * Holds the processes of one playground and ends them together: when told to, when one of them dies, and when the process
 * that started the playground is gone, however it went. Started by `fork`; the channel is the lifeline.
 *
 * Messages in: {start: {name, command, args, log}} · {detach: true} (live on without the parent).
 * Messages out: {started: name, pid} · {exited: name, code, signal}.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** @typedef {{ name: string, command: string, args: string[], log: string }} Start */

/** Milliseconds between the polite signal and the last one. */
const patience = 8000;

/** @type {Map<string, import('node:child_process').ChildProcess>} */
const children = new Map();
let detached = false;
let stopping = false;

process.on('message', (/** @type {{ start?: Start, detach?: boolean }} */ message) => {
  if (message.start) {
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
function start({ name, command, args, log }) {
  const file = openSync(log, 'a', 0o600);
  const child = spawn(command, args, { stdio: ['ignore', file, file] });
  closeSync(file);
  children.set(name, child);
  child.on('spawn', () => tell({ started: name, pid: child.pid }));
  child.on('error', (error) => ended(name, error.message, null));
  child.on('exit', (code, signal) => ended(name, code, signal));
}

/** @param {string} name @param {number | string | null} code @param {string | null} signal */
function ended(name, code, signal) {
  children.delete(name);
  if (!stopping) {
    tell({ exited: name, code, signal });
    stop();
  }
  if (children.size === 0) {
    process.exit(0);
  }
}

function stop() {
  if (stopping) {
    return;
  }
  stopping = true;
  if (children.size === 0) {
    process.exit(0);
  }
  // The API server first: with etcd gone it would retry for a minute before it ends.
  for (const child of [...children.values()].reverse()) {
    child.kill('SIGTERM');
  }
  setTimeout(() => {
    for (const child of children.values()) {
      child.kill('SIGKILL');
    }
  }, patience).unref();
}

/** @param {object} message */
function tell(message) {
  if (process.connected) {
    process.send?.(message);
  }
}
