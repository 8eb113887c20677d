/** Finds the programs of the control plane, or makes them. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { PlaygroundError } from '../playground-error.ts';
import { cachedPath, components, playgroundKubernetesVersion } from './components.ts';
import type { Component } from './components.ts';
import { buildComponent, hasGo } from './go-build.ts';

/** Paths of the three programs. */
export type Binaries = Readonly<Record<Component['name'], string>>;

/** Options of {@link resolveBinaries}. */
export interface ResolveOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * For each program the first of: the folder KUBEBUILDER_ASSETS (the envtest convention), the per-user cache,
 * `setup-envtest` when it is on PATH, a build with Go. envtest has no kube-controller-manager, so sources may mix.
 * @throws PlaygroundError `playground.binaries` when none has it, with every way to get it
 */
export async function resolveBinaries(options: ResolveOptions): Promise<Binaries> {
  const found: Partial<Record<Component['name'], string>> = {};
  for (const component of components) {
    // One after the other: two Go builds at once are slower than both in turn.
    found[component.name] = present(component, options) ?? (await make(component, options));
  }
  return found as Binaries;
}

function present(component: Component, { environment }: ResolveOptions): string | undefined {
  const assets = environment.KUBEBUILDER_ASSETS;
  const candidates = [
    ...(assets === undefined || assets === '' ? [] : [path.join(assets, component.name)]),
    cachedPath(environment, component),
  ];
  return candidates.find(isExecutable) ?? envtestPath(component.name);
}

async function make(component: Component, { environment, progress, signal }: ResolveOptions): Promise<string> {
  const target = cachedPath(environment, component);
  if (!hasGo()) {
    throw new PlaygroundError(
      'playground.binaries',
      `no ${component.name} was found. Any of these gives one: set KUBEBUILDER_ASSETS to a folder that has it; ` +
        `install setup-envtest (and kube-controller-manager, which it lacks); put the program at ${target}; ` +
        'or install Go 1.24 or newer, and it is built from source',
    );
  }
  await buildComponent(component, { target, progress, signal });
  return target;
}

let envtestFolder: string | null | undefined;

function envtestPath(name: string): string | undefined {
  if (envtestFolder === undefined) {
    const args = ['use', '-p', 'path', `${playgroundKubernetesVersion.split('.').slice(0, 2).join('.')}.x`];
    const result = spawnSync('setup-envtest', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    envtestFolder = result.status === 0 ? result.stdout.trim() : null;
  }
  const candidate = envtestFolder === null ? undefined : path.join(envtestFolder, name);
  return candidate !== undefined && isExecutable(candidate) ? candidate : undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Absent or not executable: the next source is asked, and the last one says what is missing.
    return false;
  }
}
