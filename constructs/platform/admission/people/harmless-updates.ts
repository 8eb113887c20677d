/** Updates of guards that change nothing of what guards. */
import type { NamedExpression } from '../admission-policy.ts';
import { celTexts } from '../cel.ts';

/**
 * On these, controllers of networks and load balancers keep finalizers, for example EKS' on every NetworkPolicy, and enforce
 * nothing where they cannot. A stranger's finalizer can hold up an end, as one on a Secret of their own can. Not on the rest: on
 * a workload it would decide how its pods go, and nobody needs one on a quota. Annotations of these stay guarded, for load
 * balancers and proxies take orders in them.
 */
const finalizedByOthers = ['httproutes', 'ingresses', 'networkpolicies', 'services'];

/** Provisioners and the scheduler keep annotations on them; what a claim asks for is in its spec. */
const annotatedByOthers = ['persistentvolumeclaims'];

/** Objects are maps to the API server; their types, which its type checker goes by, differ from kind to kind. */
const after = 'dyn(object)';
const before = 'dyn(oldObject)';

/** All members of one but metadata are in the other. */
function keptIn(one: string, other: string): string {
  return `${one}.all(key, key == "metadata" || (key in ${other} && ${one}[key] == ${other}[key]))`;
}

const same = (member: string): string => `${after}.metadata.?${member} == ${before}.metadata.?${member}`;

const of = (resources: readonly string[]): string => `request.resource.resource in ${celTexts(resources)}`;

/**
 * Passes over updates that change nothing but finalizers, annotations of a claim, or nothing at all: the API server's storage
 * migration writes every object back as it is.
 */
export const changesMore: NamedExpression = {
  name: 'changes-more',
  expression: `!(request.operation == "UPDATE" && ${[
    keptIn(after, before),
    keptIn(before, after),
    same('labels'),
    same('ownerReferences'),
    `(${of(annotatedByOthers)} || ${same('annotations')})`,
    `(${of([...finalizedByOthers, ...annotatedByOthers])} || ${same('finalizers')})`,
  ].join(' && ')})`,
};
