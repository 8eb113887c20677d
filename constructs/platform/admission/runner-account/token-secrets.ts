/** Secrets: tokens of gateways are made, and nothing else. */
import { tokenKey, tokenSecretNames } from '../../../cell/token-secret.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { celText, celTexts } from '../cel.ts';
import { metadataChange, noKeyComes } from './kept-keys.ts';
import { runnerPolicy } from './runner-policy.ts';

/** A Secret of another type is filled by a controller (ServiceAccount tokens), or read by one. */
export function tokenSecretsPolicy(settings: PlatformSettings): AdmissionPolicy {
  const keys = (field: string): string => `object.?${field}.orValue({}).all(key, key in ${celTexts([tokenKey])})`;
  return runnerPolicy(settings, {
    name: 'token-secrets',
    requests: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['secrets'] }],
    validations: [
      {
        expression: `object.?type.orValue("") == "Opaque" && object.metadata.name.matches(${celText(tokenSecretNames.source)})`,
        message: 'the account of the runner makes only Secrets of type Opaque that are named as tokens of gateways',
      },
      {
        expression: `${keys('data')} && ${keys('stringData')} && ${noKeyComes(metadataChange('annotations'), [])}`,
        message: `the Secret of a gateway holds the key ${tokenKey} and nothing else`,
      },
    ],
  });
}
