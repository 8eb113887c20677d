/**
 * The playground: a real etcd, kube-apiserver and kube-controller-manager on loopback, each playground with a folder,
 * ports and certificates of its own. There is no node in it: pods are admitted and never run.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resolveBinaries } from './binaries/resolve.ts';
import type { Binaries } from './binaries/resolve.ts';
import { makeCertificates } from './certificates.ts';
import type { PlaygroundCertificates } from './certificates.ts';
import { freePorts } from './free-ports.ts';
import { layoutOf, writeLayout } from './layout.ts';
import type { Layout } from './layout.ts';
import { PlaygroundError } from './playground-error.ts';
import { apiserverProgram, controllerManagerProgram, etcdProgram } from './programs.ts';
import type { Ports, Program } from './programs.ts';
import { AdminProbe } from './readiness.ts';
import { Supervision } from './supervision.ts';

/** Options of {@link startPlayground}. */
export interface PlaygroundOptions {
  /**
   * Folder for data, logs and kubeconfig.
   * @default - a temporary folder, removed by `stop()`
   */
  readonly dir?: string;
  /** Told what happens, a line at a time. @default - nothing is told */
  readonly progress?: (line: string) => void;
  /** Ends the start. */
  readonly signal?: AbortSignal;
}

/** A running control plane. It ends with `stop()`, at the end of an `await using` block, or with this process. */
export interface Playground extends AsyncDisposable {
  readonly dir: string;
  readonly kubeconfigPath: string;
  /** Address of the API server. */
  readonly server: string;
  readonly auditLogPath: string;
  /** Process id of the supervisor, whose end is the playground's end. */
  readonly pid: number;
  /** Aborted when a program of it ended by itself. */
  readonly failed: AbortSignal;
  stop(): Promise<void>;
  /** Lets it live on when this process ends. */
  detach(): Promise<void>;
}

/**
 * Starts a control plane and waits until it serves, in a few seconds once the programs are there.
 * @throws PlaygroundError when programs are missing, cannot be built, or do not come up
 */
export async function startPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const progress = options.progress ?? (() => undefined);
  const binaries = await resolveBinaries({ environment: process.env, progress, signal: options.signal });
  const [etcdClient = 0, etcdPeer = 0, apiserver = 0] = await freePorts(3);
  const ports = { etcdClient, etcdPeer, apiserver };
  const temporary = options.dir === undefined;
  const root = options.dir ?? (await mkdtemp(path.join(tmpdir(), 'cellwright-playground-')));
  await mkdir(root, { recursive: true, mode: 0o700 });
  const layout = layoutOf(root);
  const server = `https://127.0.0.1:${apiserver}`;
  const certificates = await makeCertificates();
  await writeLayout(layout, certificates, server);
  const supervision = new Supervision();
  const stop = async (): Promise<void> => {
    await supervision.stop();
    if (temporary) {
      await rm(root, { recursive: true, force: true });
    }
  };
  try {
    await bringUp({ supervision, binaries, layout, ports, certificates, server, signal: options.signal });
  } catch (cause) {
    const logs = await logTails(layout);
    await stop();
    const message = cause instanceof Error ? cause.message : 'unknown error';
    throw new PlaygroundError('playground.start', `the control plane did not come up: ${message}\n${logs}`, cause);
  }
  return {
    dir: root,
    kubeconfigPath: layout.kubeconfig,
    server,
    auditLogPath: layout.audit,
    pid: supervision.pid,
    failed: supervision.failed,
    stop,
    detach: () => supervision.detach(),
    [Symbol.asyncDispose]: stop,
  };
}

interface BringUp {
  readonly supervision: Supervision;
  readonly binaries: Binaries;
  readonly layout: Layout;
  readonly ports: Ports;
  readonly certificates: PlaygroundCertificates;
  readonly server: string;
  readonly signal: AbortSignal | undefined;
}

async function bringUp({ supervision, binaries, layout, ports, certificates, server, signal }: BringUp): Promise<void> {
  const abort = AbortSignal.any([supervision.failed, ...(signal === undefined ? [] : [signal])]);
  const probe = new AdminProbe(server, certificates);
  const start = (program: Program): void => {
    supervision.start(program);
  };
  try {
    start(etcdProgram(binaries, layout, ports));
    start(apiserverProgram(binaries, layout, ports));
    await probe.waitFor('/readyz', abort);
    // The controller manager gives up when the API server is not healthy yet.
    start(controllerManagerProgram(binaries, layout));
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
      const text = await readFile(layout.log(name), 'utf8').catch(() => '');
      return text === '' ? '' : `--- ${name}\n${text.trimEnd().split('\n').slice(-5).join('\n')}\n`;
    }),
  );
  return tails.join('');
}
