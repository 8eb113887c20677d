/** The API server is none of the public addresses that tenants reach. */
import { profileNameOf } from '../../../constructs/api/profile-name.ts';
import { contains, parseBlock } from '../../../constructs/cell/network/address-block.ts';
import { closedRanges } from '../../../constructs/cell/network/closed-ranges.ts';
import { refOf } from '../finding.ts';
import type { Check } from '../finding.ts';
import type { LiveFleet } from './live-fleet.ts';

/** See above. Bundles may close more, for some tenants; what a profile closes holds for all of its tenants. */
export const openApiServer: Check<LiveFleet> = {
  reports: ['network.api-server-open'],
  run: ({ inputs, apiServerAddresses }) => {
    const reaching = inputs.tenants().filter(({ spec }) => spec.publicHttps ?? true);
    const used = new Set(reaching.map(({ spec }) => profileNameOf(spec)));
    return inputs.profiles().flatMap((profile) => {
      if (!used.has(profile.metadata.name) || profile.spec.network?.publicHttps === false) return [];
      const closed = closedRanges(profile.spec).map(parseBlock);
      const open = apiServerAddresses.filter((address) => !closed.some((block) => contains(block, blockOf(address))));
      if (open.length === 0) return [];
      const why = `its tenants reach the API server at ${open.join(', ')}, port 443`;
      return [{ id: 'network.api-server-open', object: refOf(profile), why }];
    });
  },
};

function blockOf(address: string): ReturnType<typeof parseBlock> {
  return parseBlock(`${address}/${address.includes(':') ? 128 : 32}`);
}
