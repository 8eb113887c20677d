/** The examples for Argo CD and Flux: right in themselves, and about the directories that synth writes. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadAll } from 'js-yaml';

const folder = path.resolve(import.meta.dirname, '../../docs/gitops');

/** What the tests look at in any of the objects. */
interface Example {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: {
    readonly path?: string;
    readonly prune?: boolean;
    readonly deletionPolicy?: string;
    readonly dependsOn?: readonly { readonly name: string }[];
    readonly sourceRef?: { readonly kind: string; readonly name: string };
    readonly source?: { readonly path: string };
    readonly syncPolicy?: SyncPolicy;
    readonly generators?: readonly { readonly git: { readonly directories: readonly { readonly path: string }[] } }[];
    readonly template?: {
      readonly metadata: { readonly name: string; readonly finalizers: readonly string[] };
      readonly spec: { readonly source: { readonly path: string }; readonly syncPolicy: SyncPolicy };
    };
  };
}

interface SyncPolicy {
  readonly automated: unknown;
  readonly syncOptions: readonly string[];
}

const read = (file: string): Example[] => loadAll(readFileSync(path.join(folder, file), 'utf8')) as Example[];
const applicationOf = ({ spec }: Example): { source?: { path: string }; syncPolicy?: SyncPolicy } =>
  spec.template?.spec ?? spec;

describe('argocd-applicationset.yaml', () => {
  const examples = read('argocd-applicationset.yaml');

  test('applies platform, fleet and each tenant’s directory, in waves', () => {
    const wave = 'argocd.argoproj.io/sync-wave';
    expect(examples.map(({ kind, metadata }) => [metadata.annotations?.[wave], kind, metadata.name])).toEqual([
      ['0', 'Application', 'cellwright-platform'],
      ['1', 'Application', 'cellwright-fleet'],
      ['2', 'ApplicationSet', 'cellwright-tenants'],
    ]);
    expect(examples.map((example) => applicationOf(example).source?.path)).toEqual([
      'dist/platform',
      'dist/fleet',
      '{{ .path.path }}',
    ]);
    expect(examples[2]?.spec.generators?.[0]?.git.directories).toEqual([{ path: 'dist/tenants/*' }]);
  });

  test('applies on the server, repairs and prunes by itself', () => {
    for (const example of examples) {
      const { syncPolicy } = applicationOf(example);
      expect(syncPolicy?.syncOptions).toContain('ServerSideApply=true');
      expect(syncPolicy?.automated).toEqual({ prune: true, selfHeal: true });
    }
  });

  test('removes what a tenant had when its directory goes', () => {
    expect(examples[2]?.spec.template?.metadata.finalizers).toEqual(['resources-finalizer.argocd.argoproj.io']);
  });
});

describe('flux-kustomization.yaml', () => {
  const [source, ...kustomizations] = read('flux-kustomization.yaml');

  test('applies platform, fleet and tenants, each after the one before', () => {
    expect(kustomizations.map(({ metadata, spec }) => [metadata.name, spec.path, spec.dependsOn])).toEqual([
      ['cellwright-platform', './dist/platform', undefined],
      ['cellwright-fleet', './dist/fleet', [{ name: 'cellwright-platform' }]],
      ['cellwright-tenants', './dist/tenants', [{ name: 'cellwright-fleet' }]],
    ]);
  });

  test('reads one repository, prunes, and leaves everything when it is itself removed', () => {
    for (const { spec } of kustomizations) {
      expect(spec.sourceRef).toEqual({ kind: source?.kind, name: source?.metadata.name });
      expect(spec).toMatchObject({ prune: true, deletionPolicy: 'Orphan' });
    }
  });
});

test('every directory that the examples name is one that synth writes', () => {
  const named = [...read('argocd-applicationset.yaml'), ...read('flux-kustomization.yaml')].flatMap((example) => [
    example.spec.path ?? applicationOf(example).source?.path ?? [],
    ...(example.spec.generators ?? []).flatMap(({ git }) => git.directories.map((directory) => directory.path)),
  ]);
  const directories = named.flat().filter((name) => !name.includes('{{'));
  expect(directories).toHaveLength(6);
  const missing = directories.filter((name) => !existsSync(path.resolve(folder, '../..', name.replace(/\/\*$/, ''))));
  expect(missing).toEqual([]);
});
