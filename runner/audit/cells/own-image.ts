/** What a tenant says of its image and version. */
import { isPinned } from '../pinned-image.ts';
import type { Check, Found } from '../finding.ts';
import { isOlder } from '../versions.ts';
import { tenantRef } from './live-cell.ts';
import type { LiveCell } from './live-cell.ts';

/** See above. What it takes from its profile is told of the profile. */
export const ownImage: Check<LiveCell> = {
  reports: ['image.by-tag', 'version.gateway-behind'],
  run: (cell) => [...imageFindings(cell), ...versionFindings(cell)],
};

function imageFindings(cell: LiveCell): Found[] {
  const { image, version } = cell.tenant.spec.openclaw ?? {};
  const { version: usual, digest } = cell.profile?.spec.openclaw ?? {};
  const byTag = (why: string): Found[] => [{ id: 'image.by-tag', object: tenantRef(cell), why }];
  if (image !== undefined) return isPinned(image) ? [] : byTag(`spec.openclaw.image is ${image}`);
  const losesDigest = digest !== undefined && version !== undefined && version !== usual;
  return losesDigest ? byTag(`the digest of its profile is not of version ${version}`) : [];
}

function versionFindings(cell: LiveCell): Found[] {
  const { version } = cell.tenant.spec.openclaw ?? {};
  const usual = cell.profile?.spec.openclaw?.version;
  if (version === undefined || usual === undefined || !isOlder(version, usual)) return [];
  const why = `it runs OpenClaw ${version}, its profile ${usual}`;
  return [{ id: 'version.gateway-behind', object: tenantRef(cell), why }];
}
