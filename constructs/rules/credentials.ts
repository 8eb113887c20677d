/** Credentials of tenant and profile together. */
import { singleConsumerChannels } from '../api/kinds/access.ts';
import type { Problem } from '../api/problem.ts';
import { hasChannel } from '../cell/config/channel-plugins.ts';
import { credentialVariable } from '../cell/config/credential-env.ts';
import { resolveSettings } from '../cell/settings/cell-settings.ts';
import type { CellSettings, Credential } from '../cell/settings/cell-settings.ts';
import type { TenantInput } from '../synth/tenant-input.ts';

/** Variables that two sources set, and channels of the profile that several replicas would steal from each other. */
export function credentialProblems({ tenant, profile }: TenantInput): Problem[] {
  const { credentials, env, replicas, plugins } = resolveSettings(tenant, profile);
  const own = tenant.spec.credentials ?? [];
  const placed = credentials.map((credential) => ({
    credential,
    path: own.includes(credential) ? `spec.credentials[${own.indexOf(credential)}]` : 'spec.profile',
  }));
  return [
    ...variablesTwice(placed, Object.keys(env)),
    ...placed.flatMap((each) => withoutPlugin(each, plugins)),
    // The tenant's own channels are judged by a rule of its schema.
    ...(replicas > 1 ? placed.filter(({ path }) => path === 'spec.profile').flatMap(stolenChannel) : []),
  ];
}

interface PlacedCredential {
  readonly credential: Credential;
  readonly path: string;
}

function variablesTwice(placed: readonly PlacedCredential[], literals: readonly string[]): Problem[] {
  const setBy = new Map(literals.map((name) => [name, `env (${name})`]));
  return placed.flatMap(({ credential, path }) => {
    const variable = credentialVariable(credential);
    const before = setBy.get(variable);
    setBy.set(variable, `credential ${credential.name}`);
    const message = `credential ${credential.name} sets ${variable}, which ${before ?? ''} sets already`;
    return before === undefined
      ? []
      : [{ code: 'credentials.variable-twice', path, message, fix: 'remove one of the two' }];
  });
}

/** A channel whose code is not there would never connect, and say so only in the gateway's log. */
function withoutPlugin({ credential, path }: PlacedCredential, plugins: CellSettings['plugins']): Problem[] {
  const { name, channel } = credential;
  return channel === undefined || hasChannel(channel, plugins)
    ? []
    : [
        {
          code: 'credentials.channel-plugin',
          path,
          message: `credential ${name} is for ${channel}, which is a plugin that this tenant does not install`,
          fix: `add @openclaw/${channel} in the version of OpenClaw to openclaw.plugins, or to defaults.plugins of the profile`,
        },
      ];
}

function stolenChannel({ credential: { name, channel } }: PlacedCredential): Problem[] {
  return singleConsumerChannels.every((single) => single !== channel)
    ? []
    : [
        {
          code: 'credentials.single-consumer',
          path: 'spec.replicas',
          message: `the profile's credential ${name} is for ${channel ?? ''}, which gives each message to one replica only`,
          fix: 'set replicas to 1, or name a profile without that channel',
        },
      ];
}
