/**
 * Runs a synthesized pod's containers as real processes: each in a mount namespace of its own (bubblewrap) in which the
 * paths, read-only roots and environment are those of the pod spec. Network and process ids are the host's.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import type { OpenClaw } from './openclaw.ts';

interface Container {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
    readonly readOnly?: boolean;
  }[];
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string; readonly items: readonly { key: string; path: string }[] };
}

interface PodSpec {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

/** What stands in for the images, and for Secrets. */
export interface PodHost {
  readonly openclaw: OpenClaw;
  readonly opa: string;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** How a container that ended, ended. */
export interface Ended {
  readonly name: string;
  readonly code: number | null;
  readonly output: string;
}

/** One pod on this machine. */
export class LocalPod implements AsyncDisposable {
  readonly #root = mkdtempSync(path.join(tmpdir(), 'cellwright-pod-'));
  readonly #spec: PodSpec;
  readonly #host: PodHost;
  readonly #running = new Map<string, ChildProcess>();
  readonly #output = new Map<string, string>();

  constructor(objects: readonly KubeObject[], host: PodHost) {
    requireBubblewrap();
    const workload = objects.find(({ kind }) => kind === 'StatefulSet') as unknown as {
      spec: { template: { spec: PodSpec }; volumeClaimTemplates: { metadata: { name: string } }[] };
    };
    this.#spec = workload.spec.template.spec;
    this.#host = host;
    for (const claim of workload.spec.volumeClaimTemplates) {
      mkdirSync(this.#volume(claim.metadata.name));
    }
    for (const volume of this.#spec.volumes) {
      this.#fill(volume, objects);
    }
  }

  /** Runs the init steps in turn; a native sidecar is started and left running. Stops at the first failure. */
  async init(): Promise<Ended[]> {
    const ended: Ended[] = [];
    for (const container of this.#spec.initContainers) {
      if (container.restartPolicy === 'Always') {
        this.start(container.name);
        continue;
      }
      const result = await this.#toEnd(container);
      ended.push(result);
      if (result.code !== 0) {
        return ended;
      }
    }
    return ended;
  }

  /** Starts a container by name. */
  start(name: string): void {
    const container = [...this.#spec.initContainers, ...this.#spec.containers].find((one) => one.name === name);
    if (container === undefined) {
      throw new Error(`the pod has no container ${name}`);
    }
    this.#running.set(name, this.#spawn(container));
  }

  /** Ends a container with a signal and waits until it is gone. */
  async kill(name: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.#running.get(name);
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const gone = new Promise((resolve) => child.once('exit', resolve));
    // bubblewrap is the group's first process; the program it started is in the same group.
    process.kill(-child.pid, signal);
    await gone;
  }

  /** What a container printed so far. */
  output(name: string): string {
    return this.#output.get(name) ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.kill(name, 'SIGKILL')));
    rmSync(this.#root, { recursive: true, force: true });
  }

  #volume(name: string): string {
    return path.join(this.#root, name);
  }

  #fill({ name, configMap }: Volume, objects: readonly KubeObject[]): void {
    mkdirSync(this.#volume(name), { recursive: true });
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
      writeFileSync(path.join(this.#volume(name), file), text);
      chmodSync(path.join(this.#volume(name), file), 0o444);
    }
  }

  async #toEnd(container: Container): Promise<Ended> {
    const child = this.#spawn(container);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { name: container.name, code, output: this.output(container.name) };
  }

  #spawn(container: Container): ChildProcess {
    const isOpa = container.command === undefined;
    const command = [...(isOpa ? ['/usr/local/bin/opa'] : (container.command ?? [])), ...(container.args ?? [])];
    const args = [
      '--unshare-user',
      '--uid',
      '1000',
      '--gid',
      '1000',
      '--die-with-parent',
      '--unshare-pid',
      '--clearenv',
    ];
    args.push('--ro-bind', '/usr', '/usr', '--proc', '/proc', '--dev', '/dev');
    for (const file of ['/etc/ssl', '/etc/passwd', '/etc/group', '/etc/hosts', '/etc/resolv.conf']) {
      args.push('--ro-bind-try', file, file);
    }
    for (const link of ['bin', 'lib', 'lib64', 'sbin']) {
      args.push('--symlink', `usr/${link}`, `/${link}`);
    }
    args.push('--dir', '/home/node', ...this.#imageMounts(isOpa), ...this.#mounts(container), ...this.#env(container));
    // Last, so that nothing below could still be written: the pod's root file system is read-only.
    args.push('--remount-ro', '/');
    const child = spawn('bwrap', [...args, ...command], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output.set(container.name, this.output(container.name) + text);
      });
    }
    return child;
  }

  #imageMounts(isOpa: boolean): string[] {
    const { openclaw, opa } = this.#host;
    return isOpa
      ? ['--tmpfs', '/usr/local/bin', '--ro-bind', opa, '/usr/local/bin/opa']
      : [
          ...['--tmpfs', '/usr/local/bin', '--ro-bind', openclaw.node, '/usr/local/bin/node'],
          // The package finds its dependencies beside it, as in the image.
          ...['--ro-bind', openclaw.modules, '/app-modules/node_modules'],
          ...['--symlink', '/app-modules/node_modules/openclaw', '/app'],
        ];
  }

  #mounts({ volumeMounts }: Container): string[] {
    return (volumeMounts ?? []).flatMap(({ name, mountPath, subPath, readOnly }) => {
      const source = path.join(this.#volume(name), subPath ?? '');
      return [readOnly === true ? '--ro-bind' : '--bind', source, mountPath];
    });
  }

  #env({ env }: Container): string[] {
    const values = (env ?? []).map(({ name, value, valueFrom }) => {
      const secret = valueFrom?.secretKeyRef;
      const text = secret === undefined ? value : this.#host.secrets[secret.name]?.[secret.key];
      if (text === undefined) {
        throw new Error(`environment variable ${name} has no value: Secret ${secret?.name ?? ''} is not given`);
      }
      return ['--setenv', name, text];
    });
    return ['--setenv', 'PATH', '/usr/local/bin:/usr/bin:/bin', ...values.flat()];
  }
}

function requireBubblewrap(): void {
  if (spawnSync('bwrap', ['--version'], { stdio: 'ignore' }).status !== 0) {
    throw new Error('these tests run pods in namespaces of bubblewrap, which is not here: apt-get install bubblewrap');
  }
}
