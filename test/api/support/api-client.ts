/** A plain HTTP client for tests: what it sends and what comes back is what the API server saw and said, nothing hidden. */
import { readFileSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, request } from 'undici';

/** One request of a test. */
export interface TestRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path, with its query. */
  readonly path: string;
  readonly body?: unknown;
  /** @default application/json */
  readonly contentType?: string;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the API server answered, whatever its status. */
export interface TestResponse {
  readonly status: number;
  /** The body, parsed; the text when it is no JSON. */
  readonly body: unknown;
  /** Texts of `Warning` headers. */
  readonly warnings: readonly string[];
}

/** An object as the API server tells it. */
export interface TestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly managedFields?: readonly { readonly manager: string; readonly operation: string }[];
  };
  readonly [field: string]: unknown;
}

/** Who a client is to the API server. */
export interface TestIdentity {
  /** @default cellwright-test */
  readonly userAgent?: string;
  /** Sent in place of the administrator's certificate. */
  readonly token?: string;
}

/** Speaks to one API server as one identity, over connections of its own. */
export class ApiClient implements AsyncDisposable {
  readonly #server: string;
  readonly #agent: Agent;
  readonly #headers: Record<string, string>;

  constructor(kubeconfigPath: string, { userAgent = 'cellwright-test', token }: TestIdentity = {}) {
    const config = new KubeConfig();
    config.loadFromString(readFileSync(kubeconfigPath, 'utf8'));
    const decode = (data: string | undefined): string => Buffer.from(data ?? '', 'base64').toString();
    const cluster = config.getCurrentCluster();
    const user = config.getCurrentUser();
    this.#server = cluster?.server ?? '';
    const admin = { cert: decode(user?.certData), key: decode(user?.keyData) };
    this.#agent = new Agent({ connect: { ca: decode(cluster?.caData), ...(token === undefined ? admin : {}) } });
    this.#headers = {
      accept: 'application/json',
      'user-agent': userAgent,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
  }

  /** Sends a request; an answer of any status is returned. */
  async send({
    method = 'GET',
    path,
    body,
    contentType = 'application/json',
    headers,
  }: TestRequest): Promise<TestResponse> {
    const response = await request(new URL(path, this.#server), {
      dispatcher: this.#agent,
      method,
      headers: { ...this.#headers, ...headers, ...(body === undefined ? {} : { 'content-type': contentType }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const warning = response.headers['warning'] ?? [];
    const warnings = (Array.isArray(warning) ? warning : [warning]).flatMap((value) =>
      [...value.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? ''),
    );
    return { status: response.statusCode, body: parsed(await response.body.text()), warnings };
  }

  /** As {@link send}; an answer that is not below 300 is an error that quotes it. */
  async ok(options: TestRequest): Promise<TestResponse> {
    const response = await this.send(options);
    if (response.status >= 300) {
      const text = JSON.stringify(response.body);
      throw new Error(`${options.method ?? 'GET'} ${options.path} was answered ${response.status}: ${text}`);
    }
    return response;
  }

  /** As {@link ok}, for an answer that is an object. */
  async object(options: TestRequest): Promise<TestObject> {
    return (await this.ok(options)).body as TestObject;
  }

  /** Objects of a collection. */
  async list(path: string): Promise<TestObject[]> {
    return ((await this.ok({ path })).body as { items: TestObject[] }).items;
  }

  /** Server-side apply under a field manager, forced, fields checked strictly. */
  async apply(path: string, body: object, fieldManager = 'cellwright-test'): Promise<TestObject> {
    const query = new URLSearchParams({ fieldManager, force: 'true', fieldValidation: 'Strict' });
    const contentType = 'application/apply-patch+yaml';
    return this.object({ method: 'PATCH', path: `${path}?${query.toString()}`, body, contentType });
  }

  /** Closes the connections, watches included. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // /readyz, /metrics and refusals in front of the API speak plain text.
    return text;
  }
}
