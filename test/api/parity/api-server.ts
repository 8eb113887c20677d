/** The verdict of a real API server: a dry run under `fieldValidation=Strict`. */
import { crdOf } from '../../../constructs/api/crd.ts';
import { apiGroup, apiVersion } from '../../../constructs/api/kinds/kind.ts';
import type { KindDefinition } from '../../../constructs/api/kinds/kind.ts';
import { kinds } from '../../../constructs/api/kinds/registry.ts';
import { ApiError } from '../../../runner/kube/api-error.ts';
import type { ApiRequest, Send } from '../../../runner/kube/send.ts';

/** What the API server said. */
export interface ServerVerdict {
  readonly accepted: boolean;
  /** Why not. */
  readonly message: string;
  /** The object as it would be kept. */
  readonly object: unknown;
}

const crdPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const strict = { fieldValidation: 'Strict' };

/** Installs our kinds and waits until they are served; returns what the API server warned of. */
export async function installKinds(send: Send): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(60_000);
  const warnings: string[] = [];
  for (const kind of kinds) {
    const response = await send({ method: 'POST', path: crdPath, query: strict, body: crdOf(kind), signal });
    warnings.push(...response.warnings);
  }
  for (const kind of kinds) {
    await served(send, { method: 'GET', path: collectionOf(kind), signal });
  }
  return warnings;
}

/** There is no event for "served from now on"; until then the API server answers 404, or 429 while it opens the storage. */
async function served(send: Send, request: ApiRequest): Promise<void> {
  for (;;) {
    try {
      await send(request);
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || ![404, 429].includes(error.status)) throw error;
      request.signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** An object as the API server keeps it, made and removed. */
export async function keptObject(send: Send, kind: KindDefinition, object: object): Promise<unknown> {
  const signal = AbortSignal.timeout(60_000);
  const path = collectionOf(kind);
  const name = 'kept';
  await send({ method: 'POST', path, query: strict, body: { ...object, metadata: { name } }, signal });
  const live = await (await send({ method: 'GET', path: `${path}/${name}`, signal })).json();
  await send({ method: 'DELETE', path: `${path}/${name}`, signal });
  return live;
}

/** The verdict on a new object. */
export function judgeNew(send: Send, kind: KindDefinition, object: unknown): Promise<ServerVerdict> {
  return judge(send, {
    method: 'POST',
    path: collectionOf(kind),
    query: { ...strict, dryRun: 'All' },
    body: object,
    signal: AbortSignal.timeout(60_000),
  });
}

/** A change of an object that really exists for a moment. */
export interface Change {
  readonly kind: KindDefinition;
  readonly name: string;
  readonly old: object;
  readonly object: object;
}

/** The verdict on a change; `old` is made first, and removed after. */
export async function judgeChange(send: Send, { kind, name, old, object }: Change): Promise<ServerVerdict> {
  const signal = AbortSignal.timeout(60_000);
  const path = `${collectionOf(kind)}/${name}`;
  await send({ method: 'POST', path: collectionOf(kind), query: strict, body: { ...old, metadata: { name } }, signal });
  const live = (await (await send({ method: 'GET', path, signal })).json()) as {
    readonly metadata: { readonly resourceVersion: string };
  };
  const { resourceVersion } = live.metadata;
  const body = { ...object, metadata: { name, resourceVersion } };
  const verdict = await judge(send, { method: 'PUT', path, query: { ...strict, dryRun: 'All' }, body, signal });
  await send({ method: 'DELETE', path, signal });
  return verdict;
}

async function judge(send: Send, request: ApiRequest): Promise<ServerVerdict> {
  try {
    const response = await send(request);
    return { accepted: true, message: '', object: await response.json() };
  } catch (error) {
    if (error instanceof ApiError && [400, 422].includes(error.status)) {
      return { accepted: false, message: error.serverMessage, object: undefined };
    }
    throw error;
  }
}

function collectionOf({ plural }: KindDefinition): string {
  return `/apis/${apiGroup}/${apiVersion}/${plural}`;
}
