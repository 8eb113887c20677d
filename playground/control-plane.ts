/**
 * The playground: a real etcd, kube-apiserver and kube-controller-manager, the API server on loopback and etcd on a socket,
 * each playground with a folder, a port and certificates of its own. There is no node in it: pods are admitted and never run.
 *
 * Programs come from `binaries/`. They run under a supervisor process (supervisor.js), whose only link to who started it is
 * a channel: when that closes, by `stop()`, ^C or a crash, the supervisor ends them. `detach()` cuts the link on purpose
 * (persistent.ts). What runs in a folder is in its `playground.json`, by pid and start time, so that no later process that
 * got the same pid is ever taken for ours.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resolveBinaries } from './binaries/resolve.ts';
import type { Binaries } from './binaries/resolve.ts';
import { makeCertificates } from './certificates.ts';
import type { PlaygroundCertificates } from './certificates.ts';
import { claimFolder, withFolder } from './folder.ts';
import { freePort, isFree } from './free-port.ts';
import { layoutOf, writeLayout } from './layout.ts';
import type { Layout } from './layout.ts';
import { PlaygroundError } from './playground-error.ts';
import { apiserverProgram, controllerManagerProgram, etcdProgram } from './programs.ts';
import { AdminProbe } from './readiness.ts';
import { writeRecord } from './record.ts';
import { Supervision } from './supervision.ts';

/** Options of {@link startPlayground}. */
export interface PlaygroundOptions {
  /**
   * Folder for data, logs and kubeconfig: new, empty, or that of an earlier playground, whose files go.
   * @default - a temporary folder that goes with the playground
   */
  readonly dir?: string;
  /** Told what takes long (a build), a line at a time. @default - nothing is told */
  readonly progress?: (line: string) => void;
  /** Ends the start; without meaning once it is up. */
  readonly signal?: AbortSignal;
  /**
   * Seconds between two full counts of every quota. A creation that fails behind a quota, because the object exists already for
   * example, stays counted until the next.
   * @default - 300, as the controller manager has it
   */
  readonly quotaSyncSeconds?: number;
}

/** A running control plane. It ends with `stop()`, at the end of an `await using` block, or with this process. */
export interface Playground extends AsyncDisposable {
  readonly dir: string;
  /** For an administrator; readable by the owner only. */
  readonly kubeconfigPath: string;
  /** Address of the API server. */
  readonly server: string;
  readonly auditLogPath: string;
  /** Process id of the supervisor, whose end is the playground's end. */
  readonly pid: number;
  /** Process ids of everything that runs, the supervisor first. */
  readonly pids: readonly number[];
  /** Aborted when a program of it ended by itself. */
  readonly failed: AbortSignal;
  stop(): Promise<void>;
  /** Lets it live on when this process ends. */
  detach(): Promise<void>;
}

/**
 * Starts a control plane and waits until it serves, in three to eight seconds once the programs are there.
 * @throws PlaygroundError when programs are missing or cannot be built (`playground.binaries`, `playground.build`), when
 *   `dir` cannot be used (`playground.running`, `playground.folder`, `playground.state`), or it does not come up
 *   (`playground.start`, `playground.port`); the signal's reason when that ends the start
 */
export async function startPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const { dir, signal, progress = () => undefined, quotaSyncSeconds } = options;
  const binaries = await resolveBinaries({ environment: process.env, progress, signal });
  const start = { binaries, progress, signal, quotaSyncSeconds };
  if (dir === undefined) {
    const root = await mkdtemp(path.join(tmpdir(), 'cellwright-playground-'));
    return startOnFreePort({ ...start, layout: layoutOf(root), temporary: true });
  }
  const layout = layoutOf(path.resolve(dir));
  return withFolder(layout, { progress, signal }, async () => {
    await claimFolder(layout);
    return startOnFreePort({ ...start, layout, temporary: false });
  });
}

interface Start {
  readonly layout: Layout;
  readonly temporary: boolean;
  readonly binaries: Binaries;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly quotaSyncSeconds: number | undefined;
}

/** A port is free when we look and taken a moment later now and then: then another is tried. */
async function startOnFreePort(start: Start): Promise<Playground> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return await startOn(port, start);
    } catch (error) {
      if (attempt === 3 || start.signal?.aborted === true || (await isFree(port))) {
        throw error;
      }
      start.progress(`another program took port ${port} first: trying another`);
    }
  }
}

async function startOn(port: number, start: Start): Promise<Playground> {
  const { layout, temporary, signal } = start;
  const server = `https://127.0.0.1:${port}`;
  const probe = new AdminProbe(server, await makeLayout(layout, server));
  const supervision = new Supervision({ folder: layout.root, temporary });
  const stop = async (): Promise<void> => {
    await supervision.stop();
    if (temporary) {
      await rm(layout.root, { recursive: true, force: true });
    }
  };
  try {
    await bringUp({ ...start, supervision, probe, port });
    if (!temporary) {
      await writeRecord(layout, { server, processes: supervision.processes });
    }
  } catch (cause) {
    const logs = await logTails(layout);
    await stop();
    signal?.throwIfAborted();
    const reason = (cause as Partial<Error>).message ?? String(cause);
    throw new PlaygroundError('playground.start', `the control plane did not come up: ${reason}\n${logs}`, cause);
  }
  return {
    dir: layout.root,
    kubeconfigPath: layout.kubeconfig,
    server,
    auditLogPath: layout.audit,
    pid: supervision.pid,
    pids: supervision.processes.map(({ pid }) => pid),
    failed: supervision.failed,
    stop,
    detach: () => supervision.detach(),
    [Symbol.asyncDispose]: stop,
  };
}

/** Keys and settings in the folder, and nothing of an attempt before. */
async function makeLayout(layout: Layout, server: string): Promise<PlaygroundCertificates> {
  await Promise.all([layout.etcdData, layout.audit].map((file) => rm(file, { recursive: true, force: true })));
  const certificates = await makeCertificates();
  await writeLayout(layout, certificates, server);
  return certificates;
}

interface BringUp extends Start {
  readonly supervision: Supervision;
  readonly probe: AdminProbe;
  readonly port: number;
}

async function bringUp(start: BringUp): Promise<void> {
  const { supervision, probe, port, binaries, layout, signal, quotaSyncSeconds } = start;
  const abort = AbortSignal.any([supervision.failed, ...(signal === undefined ? [] : [signal])]);
  try {
    supervision.start(etcdProgram(binaries, layout));
    supervision.start(apiserverProgram(binaries, layout, port));
    await probe.waitFor('/readyz', abort);
    // The controller manager gives up when the API server is not healthy yet.
    supervision.start(controllerManagerProgram(binaries, layout, quotaSyncSeconds));
    // The first thing it makes that pods need.
    await probe.waitFor('/api/v1/namespaces/default/serviceaccounts/default', abort);
  } catch (cause) {
    // What ended tells more than the request that was cut off by it.
    throw abort.aborted ? abort.reason : cause;
  }
}

/** The last lines of each program's log: what somebody who sees the failure wants to read. */
async function logTails(layout: Layout): Promise<string> {
  const names = ['etcd', 'kube-apiserver', 'kube-controller-manager'];
  const tails = await Promise.all(
    names.map(async (name) => {
      // A program that was never started has no log.
      const text = await readFile(layout.log(name), 'utf8').catch(() => '');
      return text === '' ? '' : `--- ${name}\n${text.trimEnd().split('\n').slice(-5).join('\n')}\n`;
    }),
  );
  return tails.join('');
}
