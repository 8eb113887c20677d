/** Whether a tenant is served by the routes that it asks for, and by no others. */
import { isSettled } from '../engine/result.ts';
import type { ObjectResult } from '../engine/result.ts';

/** An object as far as it may be a route. */
interface Keyed {
  readonly key: string;
  readonly kind: { readonly kind: string };
}

const routeKinds: ReadonlySet<string> = new Set(['Ingress', 'HTTPRoute']);

/** Only routes are told with it: inside the cluster there is no TLS. */
const routeScheme = 'https://';

/** The host of a route in a tenant's status; undefined for an address inside the cluster. */
export function hostIn(url: string | undefined): string | undefined {
  return url?.startsWith(routeScheme) === true ? url.slice(routeScheme.length) : undefined;
}

/** By what a tenant is to be served, and what is there. */
interface Serving {
  /** The address that is wanted. */
  readonly url: string | undefined;
  readonly wanted: readonly Keyed[];
  readonly children: Iterable<Keyed>;
  /** Whether an object that is wanted is there, by its key. */
  readonly isThere: (key: string) => boolean;
}

/**
 * The address that status tells. A tenant holds its old host as long as a route of it may stand: until those that are wanted now are
 * there, and no other is, whatever became of its other objects.
 */
export function urlOf(
  { status }: { readonly status?: { readonly url?: string | undefined } },
  { url, wanted, children, isThere }: Serving,
): string | undefined {
  if (hostIn(status?.url) === undefined) return url;
  const routes = new Set(wanted.filter(({ kind }) => routeKinds.has(kind.kind)).map(({ key }) => key));
  const others = [...children].filter(({ key, kind }) => routeKinds.has(kind.kind) && !routes.has(key));
  return others.length === 0 && [...routes].every(isThere) ? url : status?.url;
}

/** Which objects a pass left as they are wanted; one that is fought over may be as somebody else wants it. */
export function isThereAfter(results: readonly ObjectResult[]): (key: string) => boolean {
  const actions = new Map(results.map(({ key, action }) => [key, action]));
  return (key) => isSettled(actions.get(key) ?? 'skipped');
}
