/** Finds the programs of the control plane, or makes them. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { PlaygroundError } from '../playground-error.ts';
import { cachedPath, components } from './components.ts';
import type { Component, ControlPlaneProgram } from './components.ts';
import { envtestFolder } from './envtest.ts';
import { buildComponent, hasGo } from './go-build.ts';

/** Paths of the three programs. */
export type Binaries = Readonly<Record<ControlPlaneProgram, string>>;

const inEnvtest: ReadonlySet<string> = new Set<ControlPlaneProgram>(['etcd', 'kube-apiserver']);

/** Options of {@link resolveBinaries}. */
export interface ResolveOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * For each program the first of: the folder KUBEBUILDER_ASSETS (the envtest convention), the per-user cache,
 * `setup-envtest` when it is on PATH, a build with Go. envtest has no kube-controller-manager, so sources may mix; it is
 * said when they do.
 * @throws PlaygroundError `playground.binaries` when none has it, with every way to get it; `playground.build`
 */
export async function resolveBinaries(options: ResolveOptions): Promise<Binaries> {
  const found: Partial<Record<ControlPlaneProgram, string>> = {};
  let envtest: Promise<string | undefined> | undefined;
  const fromEnvtest = async ({ name }: Component): Promise<string | undefined> => {
    if (!inEnvtest.has(name)) {
      return undefined;
    }
    const folder = await (envtest ??= envtestFolder(options));
    return executable(folder, name);
  };
  for (const component of components) {
    // One after the other: two Go builds at once are slower than both in turn.
    found[component.name] =
      present(component, options) ?? (await fromEnvtest(component)) ?? (await make(component, options));
  }
  const binaries = found as Binaries;
  tellSkew(binaries, options);
  return binaries;
}

/**
 * A program beside the control plane, such as the scheduler: as {@link resolveBinaries}, without `setup-envtest`.
 * @throws PlaygroundError `playground.binaries`, `playground.build`
 */
export async function resolveComponent(component: Component, options: ResolveOptions): Promise<string> {
  return present(component, options) ?? (await make(component, options));
}

function present(component: Component, { environment, progress }: ResolveOptions): string | undefined {
  const { name } = component;
  const assets = environment['KUBEBUILDER_ASSETS'] ?? '';
  const asset = assets === '' ? undefined : executable(assets, name);
  if (assets !== '' && asset === undefined) {
    const why = inEnvtest.has(name) ? '' : ' (envtest comes without it)';
    progress(`KUBEBUILDER_ASSETS (${assets}) has no ${name}${why}: looking further`);
  }
  const cached = cachedPath(environment, component);
  return asset ?? executable(path.dirname(cached), path.basename(cached));
}

async function make(component: Component, options: ResolveOptions): Promise<string> {
  const { environment, progress, signal } = options;
  const target = cachedPath(environment, component);
  if (!hasGo(environment)) {
    const lacks = inEnvtest.has(component.name) ? '' : ` and a ${component.name}, which it lacks`;
    throw new PlaygroundError(
      'playground.binaries',
      `no ${component.name} was found for the playground. Any of these gives one: install Go 1.26 or newer ` +
        '(https://go.dev/dl), and it is built from source once; set KUBEBUILDER_ASSETS to a folder that has it; ' +
        `put setup-envtest on PATH${lacks}; or put version ${component.version} at ${target}`,
    );
  }
  await buildComponent(component, { target, environment, progress, signal });
  return target;
}

/** A controller manager may be as old as one minor version before its API server, and never newer. */
function tellSkew(binaries: Binaries, { progress }: ResolveOptions): void {
  const apiserver = binaries['kube-apiserver'];
  const manager = binaries['kube-controller-manager'];
  if (path.dirname(apiserver) === path.dirname(manager)) {
    return;
  }
  const versions = [apiserver, manager].map(versionOf);
  if (versions[0] !== versions[1]) {
    progress(
      `kube-apiserver is ${versions[0] ?? 'unknown'} (${apiserver}) and kube-controller-manager ` +
        `${versions[1] ?? 'unknown'} (${manager}): should they not get on, put both of one version in KUBEBUILDER_ASSETS, ` +
        'or unset it',
    );
  }
}

/** For example `v1.34.4`. */
function versionOf(program: string): string | undefined {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return /v\d\S+/.exec(stdout)?.[0];
}

/** Path of a program in a folder, if it is there and may be run. */
function executable(folder: string | undefined, name: string): string | undefined {
  if (folder === undefined) {
    return undefined;
  }
  const file = path.join(folder, name);
  try {
    accessSync(file, constants.X_OK);
    return file;
  } catch {
    // Absent or not executable: the next source is asked, and the last one says what is missing.
    return undefined;
  }
}
