/** The last check on what leaves synthesis, our own constructs and a fleet's extensions alike. */
import { emittedKindOf } from './emitted-kinds.ts';
import type { KubeObject } from './kube-object.ts';
import { objectKey } from './kube-object.ts';
import { networkOpenings } from './network-gate.ts';

/** What the gate refuses; a defect of constructs or of an extension, never of a tenant's spec. */
export class RenderGateError extends Error {
  readonly code = 'render.refused';
  /** One sentence for each object that is refused. */
  readonly refusals: readonly string[];

  constructor(tenant: string, refusals: readonly string[]) {
    super(`the cell of tenant ${tenant} must not contain: ${refusals.join('; ')}`);
    this.name = 'RenderGateError';
    this.refusals = refusals;
  }
}

const objectNamePattern = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/**
 * Lets objects pass that are of an emitted kind, in the tenant's namespace (or that namespace itself), validly named and
 * not there twice, NetworkPolicies only as {@link networkOpenings} says. What a pod, a Service or a label of the namespace is like,
 * it does not judge: code that a fleet adds is trusted with that. Throws a {@link RenderGateError} with every refusal.
 */
export function renderGate(tenant: string, namespace: string, objects: readonly KubeObject[]): void {
  const seen = new Set<string>();
  const refusals = objects.flatMap((object) => {
    const key = objectKey(object);
    const twice = seen.has(key);
    seen.add(key);
    const reason = twice ? 'it is there twice' : refusal(object, namespace);
    return reason === undefined ? [] : [`${key}: ${reason}`];
  });
  if (refusals.length > 0) {
    throw new RenderGateError(tenant, refusals);
  }
}

function refusal(object: KubeObject, namespace: string): string | undefined {
  const { name, namespace: own } = object.metadata;
  const emitted = emittedKindOf(object);
  if (emitted === undefined) {
    return 'cells contain no such kind (constructs/synth/emitted-kinds.ts has the list)';
  }
  if (emitted.entry.scope === 'Cluster') {
    return own !== undefined || name !== namespace
      ? `the only cluster-scoped object is Namespace ${namespace}`
      : undefined;
  }
  if (own !== namespace) {
    return `it must be in namespace ${namespace}`;
  }
  if (name.length > 253 || !objectNamePattern.test(name)) {
    return 'the name is not a DNS subdomain';
  }
  return object.kind === 'NetworkPolicy' ? networkOpenings(object)[0] : undefined;
}
