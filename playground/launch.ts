/** Brings one control plane up in a folder. */
import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Binaries } from './binaries/resolve.ts';
import { makeCertificates } from './certificates.ts';
import { anyTaken, freePorts } from './free-ports.ts';
import { clearLayout, layoutOf, logNames, writeLayout } from './layout.ts';
import type { Layout } from './layout.ts';
import { PlaygroundError } from './playground-error.ts';
import { apiserverProgram, controllerManagerProgram, etcdProgram } from './programs.ts';
import type { Ports } from './programs.ts';
import { AdminProbe } from './readiness.ts';
import { writeState } from './state.ts';
import type { PlaygroundState } from './state.ts';
import { Supervision } from './supervision.ts';

/** What a launch needs. */
export interface LaunchOptions {
  readonly binaries: Binaries;
  /** Folder; a temporary one, removed at the end, when undefined. */
  readonly dir: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A control plane that serves. */
export interface Launched {
  readonly dir: string;
  readonly state: PlaygroundState;
  readonly supervision: Supervision;
}

/** Ports are free when they are chosen, not yet taken: how often others may be quicker. */
const attempts = 3;

/** Starts the programs and waits until they serve; with other ports when another process took one meanwhile. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  for (let attempt = 1; ; attempt += 1) {
    const [etcdClient = 0, etcdPeer = 0, apiserver = 0] = await freePorts(3);
    const ports = { etcdClient, etcdPeer, apiserver };
    try {
      return await launchOn(ports, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (attempt === attempts || !(await anyTaken(Object.values(ports)))) {
        throw error;
      }
    }
  }
}

async function launchOn(ports: Ports, { binaries, dir, signal }: LaunchOptions): Promise<Launched> {
  const root = dir ?? (await mkdtemp(path.join(tmpdir(), 'cellwright-playground-')));
  const supervision = new Supervision(dir === undefined ? root : undefined);
  const layout = layoutOf(root);
  const server = `https://127.0.0.1:${ports.apiserver}`;
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    // Always a fresh cluster: data of an earlier one was signed with other keys.
    await clearLayout(layout);
    const certificates = await makeCertificates();
    await writeLayout(layout, certificates, server);
    await bringUp({ supervision, binaries, layout, ports, probe: new AdminProbe(server, certificates), signal });
    const { supervisor, programs } = supervision;
    const state = { server, kubeconfigPath: layout.kubeconfig, auditLogPath: layout.audit, supervisor, programs };
    await writeState(root, state);
    return { dir: root, state, supervision };
  } catch (cause) {
    const logs = await logTails(layout);
    await supervision.stop();
    signal?.throwIfAborted();
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PlaygroundError('playground.start', `the control plane did not come up: ${message}\n${logs}`, cause);
  }
}

interface BringUp {
  readonly supervision: Supervision;
  readonly binaries: Binaries;
  readonly layout: Layout;
  readonly ports: Ports;
  readonly probe: AdminProbe;
  readonly signal: AbortSignal | undefined;
}

async function bringUp({ supervision, binaries, layout, ports, probe, signal }: BringUp): Promise<void> {
  const abort = AbortSignal.any([supervision.failed, ...(signal === undefined ? [] : [signal])]);
  try {
    supervision.start(etcdProgram(binaries, layout, ports));
    supervision.start(apiserverProgram(binaries, layout, ports));
    await probe.waitFor('/readyz', abort);
    // The controller manager gives up when the API server is not healthy yet.
    supervision.start(controllerManagerProgram(binaries, layout));
    await probe.waitFor('/api/v1/namespaces/default/serviceaccounts/default', abort);
  } catch (cause) {
    // What ended tells more than the request that was cut off by it.
    throw abort.aborted ? abort.reason : cause;
  }
}

/** The last lines of each program's log: what somebody who sees the failure wants to read. */
async function logTails(layout: Layout): Promise<string> {
  const tails = await Promise.all(
    logNames.map(async (name) => {
      // A program that was not started yet has no log.
      const text = await readFile(layout.log(name), 'utf8').catch(() => '');
      return text === '' ? '' : `--- ${name}\n${text.trimEnd().split('\n').slice(-5).join('\n')}\n`;
    }),
  );
  return tails.join('');
}
