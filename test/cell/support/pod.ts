/** Runs a synthesized pod's containers as real processes, in the order and with the files, arguments and environment of its spec. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import { containerRoot } from './container.ts';
import type { PodHost } from './container.ts';
import { inRoot } from './container-root.ts';
import { localConfig, localPort, mapPorts } from './local-ports.ts';
import type { PortMap } from './local-ports.ts';
import { podSpecOf } from './pod-spec.ts';
import { familyOf, programOf } from './process-family.ts';
import type { Container, PodSpec, Volume } from './pod-spec.ts';

/** How a container that ended, ended. */
export interface Ended {
  readonly name: string;
  readonly code: number | null;
  readonly output: string;
}

interface Running {
  readonly child: ChildProcess;
  /** Settles with the exit code when it has ended and all that it printed is there. */
  readonly closed: Promise<number | null>;
}

/** OPA's decision port is declared nowhere, since nothing outside the pod may reach it. */
const hiddenPorts = [8181];

/** One pod on this machine. */
export class LocalPod implements AsyncDisposable {
  readonly #root = realpathSync(mkdtempSync(path.join(tmpdir(), 'cellwright-pod-')));
  readonly #spec: PodSpec;
  #host: PodHost;
  readonly #ports: PortMap;
  readonly #running = new Map<string, Running>();
  readonly #output = new Map<string, string>();
  readonly #underlays: { readonly name: string; readonly mountPath: string }[] = [];

  private constructor(spec: PodSpec, host: PodHost, ports: PortMap) {
    this.#spec = spec;
    this.#host = host;
    this.#ports = ports;
  }

  /** A pod with its volumes filled and nothing running. */
  static async create(objects: readonly KubeObject[], host: PodHost): Promise<LocalPod> {
    const spec = podSpecOf(objects);
    const declared = [...spec.initContainers, ...spec.containers].flatMap(({ ports }) => ports ?? []);
    const ports = await mapPorts([...hiddenPorts, ...declared.map(({ containerPort }) => containerPort)]);
    const pod = new LocalPod(spec, host, ports);
    for (const name of spec.claims) {
      mkdirSync(pod.volume(name));
    }
    for (const volume of spec.volumes) {
      pod.#fill(volume, objects);
    }
    return pod;
  }

  /** Runs the init steps in turn; a native sidecar is started and left running. Stops at the first failure. */
  async init(): Promise<Ended[]> {
    const ended: Ended[] = [];
    for (const container of this.#spec.initContainers) {
      if (container.restartPolicy === 'Always') {
        this.start(container.name);
        continue;
      }
      const result = await this.run(container.name);
      ended.push(result);
      if (result.code !== 0) {
        return ended;
      }
    }
    return ended;
  }

  /** Runs a container to its end. */
  async run(name: string): Promise<Ended> {
    this.start(name);
    const code = await this.ended(name);
    return { name, code, output: this.output(name) };
  }

  /** Starts a container; what it prints from now on is its output. */
  start(name: string): ChildProcess {
    const [command, ...args] = inRoot(
      containerRoot(this.#container(name), {
        host: this.#host,
        ports: this.#ports,
        folder: (folder) => this.#folder(folder),
      }),
    );
    const child = spawn(command ?? '', args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#output.set(name, '');
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#output.set(name, this.output(name) + text));
    }
    // Not at its exit: what it printed last is still to be read then.
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    this.#running.set(name, { child, closed });
    return child;
  }

  /** Ends a container with a signal and waits until it is gone. */
  async kill(name: string, signal: NodeJS.Signals): Promise<void> {
    const { child, closed } = this.#running.get(name) ?? {};
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    // The sandbox is the group's first process; the program it started is in the same group.
    process.kill(-child.pid, signal);
    await closed;
  }

  /** Process id of a running container. */
  pid(name: string): number {
    const pid = this.#running.get(name)?.child.pid;
    if (pid === undefined) {
      throw new Error(`container ${name} does not run`);
    }
    return pid;
  }

  /** Sends a signal to the program of a container, not to the sandbox around it. */
  signalProgram(name: string, signal: NodeJS.Signals): void {
    const program = familyOf(this.pid(name)).find((pid) => programOf(pid) === 'node');
    if (program === undefined) {
      throw new Error(`container ${name} runs no program`);
    }
    process.kill(program, signal);
  }

  /** The memory limit of a container, as its spec has it. */
  memoryLimit(name: string): string {
    return this.#container(name).resources.limits.memory;
  }

  /** How a running container ends, when it ends by itself. */
  async ended(name: string): Promise<number | null> {
    const running = this.#running.get(name);
    if (running === undefined) {
      throw new Error(`container ${name} was never started`);
    }
    return running.closed;
  }

  /** What a container printed since it was started last. */
  output(name: string): string {
    return this.#output.get(name) ?? '';
  }

  /** Folder of the host that is a volume of the pod. */
  volume(name: string): string {
    return path.join(this.#root, name);
  }

  /**
   * Puts a folder of the host, which is returned, under what containers mount below a path, as a volume would be that
   * somebody adds. Files that are mounted over it must be in it where its owner is not the one who runs the tests.
   */
  underlay(name: string, mountPath: string): string {
    this.#underlays.push({ name, mountPath });
    return this.#folder(name);
  }

  /** Where a port of the pod listens here. */
  url(port: number): string {
    return `http://127.0.0.1:${localPort(port, this.#ports)}`;
  }

  /** What a probe of the spec finds: the HTTP status, 0 when nothing listens. */
  async probe(name: string, kind: 'startupProbe' | 'readinessProbe' | 'livenessProbe'): Promise<number> {
    const container = this.#container(name);
    const get = container[kind]?.httpGet;
    const port =
      typeof get?.port === 'number' ? get.port : container.ports?.find((one) => one.name === get?.port)?.containerPort;
    if (get === undefined || port === undefined) {
      throw new Error(`container ${name} has no ${kind} by HTTP on a port of its own`);
    }
    try {
      return (await fetch(`${this.url(port)}${get.path}`, { signal: AbortSignal.timeout(5000) })).status;
    } catch {
      // Nothing listens yet, or not in time: a kubelet counts both as a failure.
      return 0;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.kill(name, 'SIGKILL')));
    rmSync(this.#root, { recursive: true, force: true });
  }

  #container(name: string): Container {
    const container = [...this.#spec.initContainers, ...this.#spec.containers].find((one) => one.name === name);
    if (container === undefined) {
      throw new Error(`the pod has no container ${name}`);
    }
    const { volumeMounts = [] } = container;
    const below = this.#underlays.filter(({ mountPath }) =>
      volumeMounts.some((mount) => mount.mountPath.startsWith(`${mountPath}/`)),
    );
    return { ...container, volumeMounts: [...below, ...volumeMounts] };
  }

  #folder(name: string): string {
    const folder = path.join(this.#root, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Gives a Secret's key another value: mounted files follow at once, environments with the next start. */
  setSecret(name: string, key: string, value: string): void {
    const { secrets } = this.#host;
    this.#host = { ...this.#host, secrets: { ...secrets, [name]: { ...secrets[name], [key]: value } } };
    for (const { name: volume, projected } of this.#spec.volumes) {
      this.#project(volume, projected);
    }
  }

  #project(volume: string, projected: Volume['projected']): void {
    for (const { secret } of projected?.sources ?? []) {
      for (const { key, path: file } of secret.items) {
        const value = this.#host.secrets[secret.name]?.[key];
        if (value !== undefined) {
          writeFileSync(path.join(this.#folder(volume), file), value);
        }
      }
    }
  }

  #fill({ name, configMap, projected }: Volume, objects: readonly KubeObject[]): void {
    const folder = this.#folder(name);
    this.#project(name, projected);
    if (configMap === undefined) {
      return;
    }
    const source = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMap.name);
    const data = source?.['data'] as Readonly<Record<string, string>> | undefined;
    for (const { key, path: file } of configMap.items) {
      const text = data?.[key];
      if (text === undefined) {
        throw new Error(`ConfigMap ${configMap.name} has no key ${key}, which volume ${name} lists`);
      }
      writeFileSync(path.join(folder, file), file === 'openclaw.json' ? localConfig(text, this.#ports) : text);
      chmodSync(path.join(folder, file), 0o444);
    }
  }
}
