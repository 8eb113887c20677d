/** Which image a tenant may run. */
import type { Problem } from '../api/problem.ts';
import type { TenantInput } from '../synth/tenant-input.ts';

/** A tenant's own image that its profile does not allow, or that means another content tomorrow. */
export function imageProblems({ tenant, profile }: TenantInput): Problem[] {
  const image = tenant.spec.openclaw?.image;
  if (image === undefined) {
    return [];
  }
  const path = 'spec.openclaw.image';
  const repository = profile.spec.openclaw?.repository ?? '';
  const allowed = profile.spec.images?.allowed ?? [`${repository}:`, `${repository}@`];
  const problems: Problem[] = [];
  if (!allowed.some((prefix) => image.startsWith(prefix))) {
    problems.push({
      code: 'profile.image',
      path,
      message: `${image} is not an image that profile ${profile.name} allows`,
      fix: `write one that starts with ${allowed.join(' or ')}, or extend spec.images.allowed of the profile`,
    });
  }
  const name = image.slice(image.lastIndexOf('/') + 1);
  if (!name.includes(':') && !name.includes('@')) {
    problems.push({
      code: 'image.floating',
      path,
      message: `${image} has neither tag nor digest, so that two pods of one revision may differ`,
      fix: `add a digest: ${image}@sha256:…`,
    });
  }
  return problems;
}
