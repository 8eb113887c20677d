/**
 * The writes that concern a tenant, by what they are. Which of those that are alike comes when depends on what races; how many
 * there are does not, but for {@link mayBeFewer}.
 */
import type { ProxiedRequest } from './faults.ts';

/** `DELETE statefulsets`, the first. */
export interface NumberedWrite {
  readonly what: string;
  /** Which of those that are alike, from 1. */
  readonly nth: number;
}

/** The status by which a token gets its name, before there is a Secret. */
export const namesToken = 'PATCH tenantgateways/status, naming a token';
export const status = 'PATCH tenantgateways/status';

/** Of what there are more in one run than in another although both do the same, with the reason. */
export const mayBeFewer: Readonly<Record<string, string>> = {
  [status]: 'steps of a rollout that are seen at once are told in one write',
};

/** Numbers writes in the order in which they come. */
export class WriteCounter {
  readonly #seen = new Map<string, number>();

  next(request: ProxiedRequest): NumberedWrite {
    const what = whatOf(request);
    const nth = (this.#seen.get(what) ?? 0) + 1;
    this.#seen.set(what, nth);
    return { what, nth };
  }
}

const resourcePath = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/(?:namespaces\/[^/]+\/)?([^/]+)(?:\/[^/]+(?:\/([^/]+))?)?$/;

function whatOf({ method, path, query, body }: ProxiedRequest): string {
  const [, plural = path, subresource] = resourcePath.exec(path) ?? [];
  const what = `${method} ${plural}${subresource === undefined ? '' : `/${subresource}`}`;
  if (query.has('dryRun')) return `${what}, as a trial`;
  return what === status && body.includes('"tokenSecretName":"') ? namesToken : what;
}

/** By path, or for a namespace that is made by body. */
export function concerns({ path, body }: ProxiedRequest, tenant: string): boolean {
  const parts = path.split('/');
  if (parts.includes(`tenant-${tenant}`) || (parts.includes('tenantgateways') && parts.includes(tenant))) return true;
  return path === '/api/v1/namespaces' && body.includes(`"tenant-${tenant}"`);
}
