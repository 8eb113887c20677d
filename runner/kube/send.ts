/** The seam of the client: one function sends a request; each policy is a wrapper around it. */

/** A request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path without query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** @default application/json */
  readonly contentType?: string;
  /** Form of the answer. @default application/json */
  readonly accept?: string;
  /** The answer is a stream that may be silent for long: no time-out between its bytes. */
  readonly stream?: boolean;
  /** Called when the request goes onto the wire, after it waited for a connection; what it throws is what sending throws. */
  readonly beforeSend?: () => void;
  readonly signal: AbortSignal;
}

/** An answer below 400. */
export interface ApiResponse {
  readonly status: number;
  /** Texts of `Warning` headers, as `kubectl` prints them. */
  readonly warnings: readonly string[];
  /** The whole body, parsed. */
  readonly json: () => Promise<unknown>;
  /** The body as it comes, for streams. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Sends one request.
 * @throws ApiError when the server answers 400 or more, ConnectionError when no answer came, CredentialsError when there is
 * nothing to say who asks, the signal's reason when aborted
 */
export type Send = (request: ApiRequest) => Promise<ApiResponse>;

/** `PATCH /api/v1/namespaces`: how errors and logs name a request. */
export function describeRequest({ method, path }: ApiRequest): string {
  return `${method} ${path}`;
}
