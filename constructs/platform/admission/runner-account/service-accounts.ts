/** ServiceAccounts: identities that can do nothing. */
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { metadataChange, noKeyComes } from './kept-keys.ts';
import { runnerPolicy, writesOf } from './runner-policy.ts';

/** Clouds give roles to ServiceAccounts by annotations; Secrets in their lists are handed to pods. */
export function serviceAccountsPolicy(settings: PlatformSettings): AdmissionPolicy {
  const noneComes = (field: string): string =>
    `object.?${field}.orValue([]).all(entry, oldObject != null && entry in oldObject.?${field}.orValue([]))`;
  return runnerPolicy(settings, {
    name: 'service-accounts',
    requests: writesOf('ServiceAccount'),
    validations: [
      {
        expression: noKeyComes(metadataChange('annotations'), settings.admission.extensionKeys),
        message:
          'the account of the runner puts no annotations on ServiceAccounts; those of an extension are named in admission.extensionKeys of the platform',
      },
      {
        expression: 'object.?automountServiceAccountToken.orValue(true) == false',
        message: 'a ServiceAccount of a tenant mounts no token',
      },
      {
        expression: `${noneComes('secrets')} && ${noneComes('imagePullSecrets')}`,
        message: 'the account of the runner puts no Secrets on ServiceAccounts',
      },
    ],
  });
}
