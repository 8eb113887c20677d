/** Rules on a tenant that need other objects: one function for the CLI, the runner and the webhook. */
import type { Problem } from '../api/problem.ts';
import { underTenant } from '../cell/config/fragments.ts';
import { resolveSettings } from '../cell/settings/cell-settings.ts';
import type { TenantInput } from '../synth/tenant-input.ts';
import { fragmentProblems } from './config.ts';
import { platformKeyProblems } from './config-ownership.ts';
import { credentialProblems } from './credentials.ts';
import { egressProblems } from './egress.ts';
import { fixedFieldProblems } from './fixed-fields.ts';
import { guardNameProblems } from './guard-name.ts';
import { boundsProblem, profileBounds } from './fragment-bounds.ts';
import { hostProblems } from './host.ts';
import { ingressAnnotationProblems } from './ingress-annotations.ts';
import { imageProblems } from './image.ts';
import { limitProblems, memoryProblems } from './limits.ts';
import { schedulingProblems } from './scheduling.ts';
import { sizeProblems } from './size.ts';
import { tenantPeerProblems } from './tenant-peers.ts';
import { trustedProxyProblems } from './trusted-proxy.ts';
import { tenantWidenings } from './widening.ts';

/**
 * Every problem of a tenant under its profile and bundles. The objects themselves must have passed `validateObject` and
 * carry their defaults.
 */
export function checkTenant(input: TenantInput): Problem[] {
  const bounds = boundsProblem(input.tenant.spec.openclaw?.config, 'spec.openclaw.config');
  // What the profile does wrong is told of the profile; either way nothing else may walk through the fragment.
  if (bounds !== undefined || profileBounds(input.profile.spec).length > 0) {
    return bounds === undefined ? [] : [bounds];
  }
  return [
    ...fixedFieldProblems(input),
    ...limitProblems(input),
    ...memoryProblems(input),
    ...imageProblems(input),
    ...egressProblems(input),
    ...tenantPeerProblems(input.tenant.spec),
    ...schedulingProblems(input),
    ...guardNameProblems('spec.openclaw', input.tenant.spec.openclaw),
    ...trustedProxyProblems(input.tenant.spec),
    ...credentialProblems(input),
    ...hostProblems(input),
    ...ingressAnnotationProblems(input),
    ...sizeProblems(input),
    ...tenantFragmentProblems(input),
    ...tenantWidenings(input),
  ];
}

function tenantFragmentProblems({ tenant, profile, assets }: TenantInput): Problem[] {
  const fragment = tenant.spec.openclaw?.config;
  if (fragment === undefined) {
    return [];
  }
  const settings = resolveSettings(tenant, profile);
  const path = 'spec.openclaw.config';
  return [
    ...platformKeyProblems(fragment, path),
    ...fragmentProblems({
      fragment,
      under: underTenant(settings, profile.spec),
      version: settings.version,
      path,
      assets,
    }),
  ];
}
