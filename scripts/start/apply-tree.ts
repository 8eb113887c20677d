/** Applies a folder of `dist/` as a GitOps engine would: server-side, in the order of the files, under a manager of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadAll } from 'js-yaml';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import { byCodeUnit } from '../../constructs/synth/order.ts';
import type { Send } from '../../runner/kube/send.ts';

/** Field manager of the stand-in. */
const manager = 'gitops';

interface ApiResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** Applies every file below a folder; returns how many objects there were. */
export async function applyTree(send: Send, folder: string, signal: AbortSignal): Promise<number> {
  const discovered = new Map<string, Promise<ApiResourceList>>();
  const objects = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort(byCodeUnit)
    .flatMap((name) => loadAll(readFileSync(path.join(folder, name), 'utf8')) as KubeObject[]);
  for (const object of objects) {
    const url = await urlOf(object, async (group) => {
      const list =
        discovered.get(group) ??
        send({ method: 'GET', path: group, signal }).then(
          async (response) => (await response.json()) as ApiResourceList,
        );
      discovered.set(group, list);
      return list;
    });
    await send({
      method: 'PATCH',
      path: url,
      query: { fieldManager: manager, fieldValidation: 'Strict', force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: object,
      signal,
    });
  }
  await Promise.all(
    objects.filter(({ kind }) => kind === 'CustomResourceDefinition').map((crd) => established(send, crd, signal)),
  );
  return objects.length;
}

async function urlOf(
  { apiVersion, kind, metadata }: KubeObject,
  discover: (group: string) => Promise<ApiResourceList>,
): Promise<string> {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { resources } = await discover(group);
  const resource = resources.find((known) => known.kind === kind && !known.name.includes('/'));
  if (resource === undefined) {
    throw new Error(`the API server does not know ${kind} in ${apiVersion}`);
  }
  const scope = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
  return `${group}${scope}/${resource.name}/${encodeURIComponent(metadata.name)}`;
}

/** What `kubectl wait --for=condition=Established` does: objects of a kind are refused until then. */
async function established(send: Send, crd: KubeObject, signal: AbortSignal): Promise<void> {
  const url = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}`;
  for (;;) {
    const response = await send({ method: 'GET', path: url, signal });
    const { status } = (await response.json()) as {
      status?: { conditions?: readonly { readonly type: string; readonly status: string }[] };
    };
    if (status?.conditions?.some(({ type, status: holds }) => type === 'Established' && holds === 'True') === true) {
      return;
    }
    await sleep(50, undefined, { signal });
  }
}
