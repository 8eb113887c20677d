/** The webhook configuration: each replica makes its own key, so the runner must be able to tell its certificates. */
import { platformNames } from '../../labels.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { celText } from '../cel.ts';
import { keysStay, metadataChange } from './kept-keys.ts';
import { runnerPolicy } from './runner-policy.ts';

/** Fields are walked, not listed: one that a later Kubernetes adds is held as well. */
export function webhooksPolicy(settings: PlatformSettings): AdmissionPolicy {
  const stays = (['labels', 'annotations'] as const).map((field) => keysStay(metadataChange(field), []));
  return runnerPolicy(settings, {
    name: 'webhooks',
    requests: [
      {
        apiGroups: ['admissionregistration.k8s.io'],
        apiVersions: ['v1'],
        operations: ['UPDATE'],
        resources: ['validatingwebhookconfigurations'],
      },
    ],
    variables: [
      { name: 'after', expression: 'dyn(object.?webhooks.orValue([]))' },
      { name: 'before', expression: 'dyn(oldObject.?webhooks.orValue([]))' },
    ],
    validations: [
      {
        expression: `object.metadata.name == ${celText(platformNames.webhooks)}`,
        message: `the account of the runner knows one webhook configuration: ${platformNames.webhooks}`,
      },
      {
        expression: `size(variables.after) == size(variables.before) && variables.after.all(new, variables.before.exists(old, old.name == new.name && ${same('new', 'old')} && ${same('old', 'new')}))`,
        message: 'the account of the runner changes of a webhook only clientConfig.caBundle',
      },
      {
        expression: stays.join(' && '),
        message: 'the account of the runner leaves labels and annotations of webhook configurations alone',
      },
    ],
  });
}

function same(from: string, to: string): string {
  const client = `${from}.clientConfig.all(field, field == "caBundle" || (field in ${to}.clientConfig && ${from}.clientConfig[field] == ${to}.clientConfig[field]))`;
  return `${from}.all(key, key == "clientConfig" || (key in ${to} && ${from}[key] == ${to}[key])) && ${client}`;
}
