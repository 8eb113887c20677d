/** Images and versions that tenants take from their profiles. */
import { complete } from '../../../constructs/api/defaults.ts';
import { gatewayProfile } from '../../../constructs/api/kinds/gateway-profile.ts';
import type { GatewayProfileSpec } from '../../../constructs/api/types.gen.ts';
import type { Profile } from '../../fleet/inputs.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import { isPinned } from '../pinned-image.ts';
import { isOlder } from '../versions.ts';
import type { LiveFleet } from './live-fleet.ts';

/** See above. */
export const profiles: Check<LiveFleet> = {
  reports: ['image.by-tag', 'version.opa-behind', 'version.gateway-behind'],
  run: ({ inputs }) => inputs.profiles().flatMap((profile) => [...images(profile), ...versions(profile)]),
};

/** What a profile without a word has: the versions that this Cellwright was tested with. */
const known = complete(gatewayProfile.spec, {}) as GatewayProfileSpec;

function images(profile: Profile): Found[] {
  const { openclaw = {}, images: others = {} } = profile.spec;
  const byTag = (why: string): Found => ({ id: 'image.by-tag', object: refOf(profile), why });
  const { opa } = others;
  return [
    ...(openclaw.digest === undefined ? [byTag('openclaw.digest is not set')] : []),
    ...(opa === undefined || isPinned(opa) ? [] : [byTag(`images.opa is ${opa}`)]),
  ];
}

function versions(profile: Profile): Found[] {
  const { version } = profile.spec.openclaw ?? {};
  const newest = known.openclaw?.version ?? '';
  const [opa, knownOpa] = [tagOf(profile.spec.images?.opa), tagOf(known.images?.opa)];
  const found: Found[] = [];
  if (version !== undefined && isOlder(version, newest)) {
    found.push({
      id: 'version.gateway-behind',
      object: refOf(profile),
      why: `openclaw.version is ${version}, known is ${newest}`,
    });
  }
  if (isOlder(opa, knownOpa)) {
    found.push({ id: 'version.opa-behind', object: refOf(profile), why: `images.opa is ${opa}, known is ${knownOpa}` });
  }
  return found;
}

/** Tag of an image, its digest left out. */
function tagOf(image = ''): string {
  return /:([\w][\w.-]*)(?:@|$)/.exec(image)?.[1] ?? '';
}
