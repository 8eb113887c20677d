/** What somebody tries, and what is meant to stop them. */
import type { ApiClient, TestRequest, TestResponse } from '../api-client.ts';

/** A request that must not pass. */
export interface Attack {
  /** Stands in the name of the test and in docs/security.md. */
  readonly id: string;
  /** `RBAC`, the name of the admission policy, or `schema: ` and what the rule of the CRD says. */
  readonly wall: string;
  /**
   * `documented`: bound as docs/guides/access.md says, with the built-in role `edit`, which is more than ours. `overbound`: with
   * every verb on everything in the namespace, and on Namespaces, so that the policy stands alone.
   */
  readonly as: 'documented' | 'overbound';
  readonly request: TestRequest;
  /** What stops it when the policy is taken down. @default - nothing: it passes */
  readonly behind?: string;
}

/**
 * Sends it as a dry run: admission is asked, and nothing comes of it. A field that there is not is an error. Streams have no dry run,
 * and no pod of a test is on a node.
 */
export function attempt(client: ApiClient, { path, ...request }: TestRequest): Promise<TestResponse> {
  if (/\/(attach|exec)\?/.test(path)) return client.send({ ...request, path });
  return client.send({ ...request, path: `${path}${path.includes('?') ? '&' : '?'}dryRun=All&fieldValidation=Strict` });
}

/** Who said no; the answer itself where nobody did. */
export function wallOf({ status, body }: TestResponse): string {
  const message = (body as { message?: string }).message ?? JSON.stringify(body);
  const policy = /ValidatingAdmissionPolicy '([^']+)'/.exec(message)?.[1];
  // A policy that fails denies, too, and everything else with it.
  if (message.includes('resulted in error')) return `${status} ${message}`;
  // Where there is nothing to judge by, the answer is 422.
  if (policy !== undefined) return policy;
  if (status === 403 && message.includes(' cannot ')) return 'RBAC';
  // Of the rules of a CRD one alone: with two reasons, neither was shown to be one.
  const rule = status === 422 ? / is invalid: [\w.]+: Forbidden: ([^[\]]+)$/.exec(message)?.[1] : undefined;
  if (rule !== undefined) return `schema: ${rule}`;
  return status < 300 ? `${status} passed` : `${status} ${message}`;
}

const merge = 'application/merge-patch+json';

/** A merge patch. */
export function patch(path: string, body: unknown): TestRequest {
  return { method: 'PATCH', path, body, contentType: merge };
}

/** A new object. */
export function post(path: string, body: unknown): TestRequest {
  return { method: 'POST', path, body };
}

/** A deletion. */
export function remove(path: string): TestRequest {
  return { method: 'DELETE', path };
}
