/** The verbs of the API server that the runner uses, each one request. */
import type { LiveObject } from './live-object.ts';
import { collectionPath, objectPath } from './resource.ts';
import type { ObjectName, ResourceKind } from './resource.ts';
import { describeRequest } from './send.ts';
import type { ApiRequest, ApiResponse, Send } from './send.ts';
import { watchEvents } from './watch-stream.ts';
import type { WatchEvent } from './watch-stream.ts';

/** Name under which the API server keeps our fields apart from others'. */
export const fieldManager = 'cellwright';

/** An object as we send it. */
export interface WantedBody {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** One page of a list. */
export interface Page {
  readonly items: readonly LiveObject[];
  /** Version of the whole list; watches start here. */
  readonly resourceVersion: string;
  /** Token of the next page; undefined on the last. */
  readonly next: string | undefined;
}

/** What a list asks for. */
export interface ListOptions {
  /** @default - all namespaces */
  readonly namespace?: string;
  /** Objects come without their content, which is never sent: for Secrets. @default false */
  readonly metadataOnly?: boolean;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Most items of the answer. @default - all */
  readonly limit?: number;
  /** Token of an earlier page. */
  readonly next?: string | undefined;
}

/** What a watch asks for. */
export interface WatchOptions {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly resourceVersion: string;
  /** After which the server ends the stream by itself. */
  readonly timeoutSeconds: number;
  /** Called when the server has begun to answer; the first event may be a minute away. */
  readonly onOpen?: () => void;
}

/** An accepted write. */
export interface Written {
  readonly object: LiveObject;
  /** The object did not exist before. */
  readonly created: boolean;
}

/** What must still be true for a delete to happen. */
export interface DeletePreconditions {
  readonly uid: string;
  /** Left out where any change since is no reason to keep the object. */
  readonly resourceVersion?: string;
}

/** How the children of a deleted object go. */
export type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-metadata */
const asMetadata = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** One API server. Every method takes the signal that ends it; errors are those of {@link Send}. */
export class KubeClient {
  readonly #send: Send;
  readonly #onWarning: (request: string, warning: string) => void;
  readonly #strict: Readonly<Record<string, string>>;

  /**
   * @param onWarning gets what the API server warns of (deprecated kinds, Pod Security)
   * @param manager name under which the API server keeps the fields of this client's writes
   */
  constructor(send: Send, onWarning: (request: string, warning: string) => void, manager = fieldManager) {
    this.#send = send;
    this.#onWarning = onWarning;
    this.#strict = { fieldManager: manager, fieldValidation: 'Strict' };
  }

  /** One page. */
  async list(resource: ResourceKind, options: ListOptions, signal: AbortSignal): Promise<Page> {
    const query = {
      ...selectors(options),
      ...(options.limit === undefined ? {} : { limit: String(options.limit) }),
      ...(options.next === undefined ? {} : { continue: options.next }),
    };
    const response = await this.#send({
      method: 'GET',
      path: collectionPath(resource, options.namespace),
      query,
      ...(options.metadataOnly === true ? { accept: asMetadata } : {}),
      signal,
    });
    const list = (await response.json()) as {
      metadata: { resourceVersion: string; continue?: string };
      items: readonly Omit<LiveObject, 'apiVersion' | 'kind'>[] | null;
    };
    const { apiVersion, kind } = resource;
    return {
      items: (list.items ?? []).map((item) => ({ ...item, apiVersion, kind }) as LiveObject),
      resourceVersion: list.metadata.resourceVersion,
      next: list.metadata.continue === '' ? undefined : list.metadata.continue,
    };
  }

  /** Events after a version, until the server or the signal ends it. */
  async *watch(resource: ResourceKind, options: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const query = {
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion: options.resourceVersion,
      timeoutSeconds: String(options.timeoutSeconds),
      ...selectors(options),
    };
    const request: ApiRequest = { method: 'GET', path: collectionPath(resource), query, stream: true, signal };
    const response = await this.#send(request);
    options.onOpen?.();
    yield* watchEvents(describeRequest(request), response.chunks);
  }

  async get(resource: ResourceKind, name: ObjectName, signal: AbortSignal): Promise<LiveObject> {
    return this.#object({ method: 'GET', path: objectPath(resource, name), signal });
  }

  /** Makes a new object; 409 AlreadyExists when the name is taken. */
  async create(resource: ResourceKind, body: WantedBody, signal: AbortSignal): Promise<LiveObject> {
    return this.#object({
      method: 'POST',
      path: collectionPath(resource, body.metadata.namespace),
      query: this.#strict,
      body,
      signal,
    });
  }

  /** Whether a new object would be accepted; nothing is stored. */
  async tryCreate(resource: ResourceKind, body: WantedBody, signal: AbortSignal): Promise<void> {
    const path = collectionPath(resource, body.metadata.namespace);
    await this.#object({ method: 'POST', path, query: { ...this.#strict, dryRun: 'All' }, body, signal });
  }

  /**
   * Server-side apply: our fields become exactly those of the body, whoever set them before. A `metadata.uid` in the
   * body pins the object: 409 when it is gone, 422 when another took its name.
   */
  async apply(resource: ResourceKind, body: WantedBody, signal: AbortSignal): Promise<Written> {
    const response = await this.#answered({
      method: 'PATCH',
      path: objectPath(resource, body.metadata),
      query: { ...this.#strict, force: 'true' },
      // JSON is YAML; the media type has no JSON form of its own before CBOR.
      contentType: 'application/apply-patch+yaml',
      body,
      signal,
    });
    return { object: (await response.json()) as LiveObject, created: response.status === 201 };
  }

  /** JSON merge patch of the object or, with `subresource: 'status'`, of its status. */
  async mergePatch(
    target: { readonly resource: ResourceKind; readonly name: ObjectName; readonly subresource?: 'status' },
    patch: unknown,
    signal: AbortSignal,
  ): Promise<LiveObject> {
    const suffix = target.subresource === undefined ? '' : `/${target.subresource}`;
    return this.#object({
      method: 'PATCH',
      path: `${objectPath(target.resource, target.name)}${suffix}`,
      query: this.#strict,
      contentType: 'application/merge-patch+json',
      body: patch,
      signal,
    });
  }

  /** JSON patch (RFC 6902) that happens only at the given resourceVersion: 409 Conflict when the object changed since. */
  async jsonPatch(
    target: { readonly resource: ResourceKind; readonly name: ObjectName; readonly resourceVersion: string },
    operations: readonly { readonly op: string; readonly path: string; readonly value?: unknown }[],
    signal: AbortSignal,
  ): Promise<LiveObject> {
    return this.#object({
      method: 'PATCH',
      path: objectPath(target.resource, target.name),
      query: this.#strict,
      contentType: 'application/json-patch+json',
      // Not `test`: when that fails the answer is 422, as for a patch that can never be right.
      body: [{ op: 'replace', path: '/metadata/resourceVersion', value: target.resourceVersion }, ...operations],
      signal,
    });
  }

  /** Replaces an object; the body's resourceVersion must be the current one. */
  async replace(resource: ResourceKind, body: WantedBody, signal: AbortSignal): Promise<LiveObject> {
    return this.#object({
      method: 'PUT',
      path: objectPath(resource, body.metadata),
      query: this.#strict,
      body,
      signal,
    });
  }

  /**
   * Deletes the object that the preconditions describe, and no other: 409 Conflict when they do not hold.
   * @returns the object while it is on its way out, undefined when it went at once
   */
  async delete(
    target: { readonly resource: ResourceKind; readonly name: ObjectName; readonly propagation: Propagation },
    preconditions: DeletePreconditions,
    signal: AbortSignal,
  ): Promise<LiveObject | undefined> {
    const answer = (await this.#object({
      method: 'DELETE',
      path: objectPath(target.resource, target.name),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: target.propagation, preconditions },
      signal,
    })) as Partial<LiveObject>;
    // What went at once is told as a `Status`, or for some kinds as the object that it was.
    return answer.metadata?.deletionTimestamp === undefined ? undefined : (answer as LiveObject);
  }

  async #object(request: ApiRequest): Promise<LiveObject> {
    const response = await this.#answered(request);
    return (await response.json()) as LiveObject;
  }

  async #answered(request: ApiRequest): Promise<ApiResponse> {
    const response = await this.#send(request);
    for (const warning of response.warnings) this.#onWarning(describeRequest(request), warning);
    return response;
  }
}

function selectors({
  labelSelector,
  fieldSelector,
}: Pick<ListOptions, 'labelSelector' | 'fieldSelector'>): Readonly<Record<string, string>> {
  return {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}
