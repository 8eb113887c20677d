/** PersistentVolumeClaims: they grow. */
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { keysStay, metadataChange } from './kept-keys.ts';
import { runnerPolicy } from './runner-policy.ts';

export function volumeClaimsPolicy(settings: PlatformSettings): AdmissionPolicy {
  const same = (from: string, to: string): string =>
    `dyn(${from}.spec).all(key, key == "resources" || (key in dyn(${to}.spec) && dyn(${from}.spec)[key] == dyn(${to}.spec)[key]))`;
  const stays = (['labels', 'annotations'] as const).map((field) => keysStay(metadataChange(field), []));
  return runnerPolicy(settings, {
    name: 'volume-claims',
    requests: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['persistentvolumeclaims'] }],
    validations: [
      {
        expression: `${same('object', 'oldObject')} && ${same('oldObject', 'object')} && dyn(object.spec).?resources.limits == dyn(oldObject.spec).?resources.limits`,
        message: 'the account of the runner changes of a claim only spec.resources.requests',
      },
      {
        expression: stays.join(' && '),
        message: 'the account of the runner leaves labels and annotations of claims alone',
      },
    ],
  });
}
