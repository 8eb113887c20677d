/** Credentials as environment variables of the gateway, and as the configuration that reads them. */
import type { k8s } from 'cdk8s-plus-28';
import type { Credential } from '../settings/cell-settings.ts';
import type { SecretVariable } from '../workload/volumes.ts';

/** Variables that OpenClaw reads for a provider whose name is not the variable's. */
const providerVariables: Readonly<Record<string, string>> = {
  google: 'GEMINI_API_KEY',
  'github-copilot': 'COPILOT_GITHUB_TOKEN',
  huggingface: 'HF_TOKEN',
};

/** Where a channel's configuration takes its token, and the variable that carries it. */
const channelTokens: Readonly<Record<NonNullable<Credential['channel']>, { field: string; variable: string }>> = {
  telegram: { field: 'botToken', variable: 'TELEGRAM_BOT_TOKEN' },
  discord: { field: 'token', variable: 'DISCORD_BOT_TOKEN' },
  slack: { field: 'botToken', variable: 'SLACK_BOT_TOKEN' },
  matrix: { field: 'accessToken', variable: 'MATRIX_ACCESS_TOKEN' },
  mattermost: { field: 'botToken', variable: 'MATTERMOST_BOT_TOKEN' },
  googlechat: { field: 'serviceAccount', variable: 'GOOGLE_CHAT_SERVICE_ACCOUNT' },
  msteams: { field: 'appPassword', variable: 'MSTEAMS_APP_PASSWORD' },
};

/** The environment variable that carries a credential. */
export function credentialVariable({ provider, channel, env }: Credential): string {
  if (env !== undefined) {
    return env;
  }
  if (channel !== undefined) {
    return channelTokens[channel].variable;
  }
  if (provider === undefined) {
    throw new RangeError('a credential needs provider, channel or env');
  }
  return providerVariables[provider] ?? `${provider.replaceAll('-', '_').toUpperCase()}_API_KEY`;
}

/** The variables that credentials fill. */
export function credentialVariables(credentials: readonly Credential[]): SecretVariable[] {
  return credentials.map((credential) => ({
    variable: credentialVariable(credential),
    secret: { name: credential.secretRef.name, key: credential.secretRef.key },
  }));
}

/**
 * `CELLWRIGHT_CREDENTIAL_VERSIONS` carries the version texts, so that a new version is a new pod template and thus one
 * rollout; empty when no credential has one.
 */
export function credentialVersions(credentials: readonly Credential[]): k8s.EnvVar[] {
  const versions = credentials.flatMap(({ name, version }) => (version === undefined ? [] : [`${name}=${version}`]));
  return versions.length === 0 ? [] : [{ name: 'CELLWRIGHT_CREDENTIAL_VERSIONS', value: versions.join(',') }];
}

/** The `channels` part of `openclaw.json`: enabled, with the token read from the environment. */
export function channelConfig(credentials: readonly Credential[]): Record<string, unknown> {
  return Object.fromEntries(
    credentials.flatMap((credential) => {
      if (credential.channel === undefined) {
        return [];
      }
      const { field, variable } = channelTokens[credential.channel];
      return [[credential.channel, { enabled: true, [field]: { source: 'env', provider: 'default', id: variable } }]];
    }),
  );
}
