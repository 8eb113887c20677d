/**
 * Credentials that change while the gateway runs. It reads them from its environment, which only a restart renews; their
 * Secrets are mounted as files besides, which the kubelet keeps current. When the two differ, the gateway ends itself
 * once it is idle, and the kubelet starts it with what is current: no controller has to read a Secret for that.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Milliseconds between two looks. */
const interval = 10_000;
/** Milliseconds that a change waits for the gateway to be idle; then it drains whatever is under way. */
const patience = 600_000;

/**
 * @param {{ config: import('./host.d.ts').GuardConfig, runs: ReadonlySet<string>, log: import('./host.d.ts').PluginApi['logger'], metrics: import('./host.d.ts').Metrics }} parts
 */
export function watchCredentials({ config: { credentialsFolder: folder }, runs, log, metrics }) {
  const running = runningCredentials(folder);
  // Lives as long as the pod: one restart for a change, even if the environment should not follow.
  const marker = path.join(tmpdir(), '.cellwright-credentials-restart');
  /** @type {number | undefined} */
  let since;

  function look() {
    // A Secret that is gone is no new credential: what runs goes on.
    const changed = [...running.keys()].filter(
      (name) => (mounted(folder, name) ?? running.get(name)) !== running.get(name),
    );
    const version = changed.map((name) => `${name} ${statSync(path.join(folder, name)).mtimeMs}`).join('\n');
    if (changed.length === 0 || (existsSync(marker) && readFileSync(marker, 'utf8') === version)) {
      since = undefined;
      return;
    }
    since ??= performance.now();
    if (runs.size > 0 && performance.now() - since < patience) {
      return;
    }
    writeFileSync(marker, version);
    metrics.count('cellwright_credential_restarts_total');
    log.info(`cellwright: ${changed.join(', ')} changed, restarting`);
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }

  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      log.warn(`cellwright: credentials cannot be compared: ${/** @type {Error} */ (error).message}`);
    }
  }, interval);
  return timer.unref();
}

/** @param {string} folder @returns {Map<string, string>} the mounted credentials by name, with the value that runs */
function runningCredentials(folder) {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^[A-Z_][A-Z0-9_]*$/.test(name)) : [];
  return new Map(names.map((name) => [name, process.env[name] ?? mounted(folder, name) ?? '']));
}

/** @param {string} folder @param {string} name @returns {string | undefined} undefined: its Secret is gone */
function mounted(folder, name) {
  const file = path.join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
