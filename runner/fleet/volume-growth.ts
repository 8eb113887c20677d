/**
 * Volumes grow with the spec: the claims that are there by a patch of their size, those of new pods by the StatefulSet's
 * template. They never shrink, no storage can do that: such a spec is refused before anything is written.
 */
import { cellNames } from '../../constructs/cell/labels.ts';
import { mapBounded, requestsPerOwner } from '../engine/bounded.ts';
import { childKey } from '../engine/kind.ts';
import { isSmaller } from '../engine/quantity.ts';
import { failure } from '../engine/result.ts';
import type { ObjectResult } from '../engine/result.ts';
import { claims as claimKind } from './kinds.ts';
import type { Plan, Refusal } from './planner.ts';
import { runningOf } from './situation.ts';
import type { Pass, PassDeps } from './situation.ts';
import type { VolumeSizes } from './cell-facts.ts';
import type { Claim } from './volume-claims.ts';

/** Why the plan's volumes cannot be had; undefined when they can. */
export function shrinkRefusal(deps: PassDeps, { tenant }: Pass, plan: Plan): Refusal | undefined {
  const before = volumesBefore(deps, tenant.metadata.name, Object.keys(plan.volumes));
  const [smaller] = Object.entries(plan.volumes).filter(([name, size]) => isSmaller(size, before[name] ?? '0'));
  if (smaller === undefined) return undefined;
  const [name, size] = smaller;
  return {
    reason: 'StorageShrinks',
    message: `spec.storage.size: ${size} is less than the ${before[name] ?? ''} of the volumes that are there, and volumes cannot shrink; write ${before[name] ?? ''} or more`,
  };
}

/** Sizes that the StatefulSet asks for; a retained tenant that comes back has its claims alone. */
function volumesBefore(deps: PassDeps, tenant: string, templates: readonly string[]): VolumeSizes {
  const asked = runningOf(deps, tenant).workload?.volumes;
  if (asked !== undefined) return asked;
  const sizes = templates.map((template) => {
    const held = deps.claims.of(tenant).filter((claim) => isClaimOf(claim, template));
    return [
      template,
      held.map(({ size }) => size).reduce((left, right) => (isSmaller(left, right) ? right : left), '0'),
    ];
  });
  return Object.fromEntries(sizes) as VolumeSizes;
}

/** Claims of pods that are wanted and that have a smaller volume than the plan says, with the size that they should have. */
export function smallClaims(
  deps: PassDeps,
  tenant: string,
  plan: Plan,
): { readonly claim: Claim; readonly size: string }[] {
  return Object.entries(plan.volumes).flatMap(([name, size]) =>
    deps.claims
      .of(tenant)
      .filter((claim) => claim.isBound && isWantedClaim(claim, name, plan.replicas) && isSmaller(claim.size, size))
      .map((claim) => ({ claim, size })),
  );
}

/**
 * Makes claims larger; the volume follows by its driver, without a restart where that can do it. Not before the API server
 * judges by a quota that has room for that: it would refuse.
 */
export async function growClaims(
  { client, claims, children }: PassDeps,
  { tenant, small }: { readonly tenant: string; readonly small: ReturnType<typeof smallClaims> },
  signal: AbortSignal,
): Promise<ObjectResult[]> {
  if ([...children.of(tenant).values()].some(({ facts }) => facts.isInForce === false)) {
    const until = 'the quota of the namespace is in force';
    return small.map(({ claim }): ObjectResult => ({ key: childKey(claimKind, claim), action: 'waiting', until }));
  }
  return mapBounded(
    small,
    requestsPerOwner,
    async ({ claim: { name, namespace, uid, resourceVersion }, size }): Promise<ObjectResult> => {
      const key = childKey(claimKind, { name, namespace });
      const patch = { metadata: { uid, resourceVersion }, spec: { resources: { requests: { storage: size } } } };
      try {
        claims.answered(await client.mergePatch({ resource: claimKind, name: { name, namespace } }, patch, signal));
        return { key, action: 'configured' };
      } catch (error) {
        return failure(key, error, signal);
      }
    },
  );
}

/** Claims of pods that are not wanted (any more) stay as they are. */
function isWantedClaim(claim: Claim, template: string, replicas: number): boolean {
  return isClaimOf(claim, template) && Number(ordinalOf(claim, template)) < replicas;
}

function isClaimOf(claim: Claim, template: string): boolean {
  return /^\d+$/.test(ordinalOf(claim, template));
}

/** A StatefulSet names its claims `<template>-<set>-<ordinal>`. */
function ordinalOf({ name }: Claim, template: string): string {
  const prefix = `${template}-${cellNames.gateway}-`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : '';
}
