/** Objects of our kinds: people and Git say what is wanted, the runner reports what is. */
import { apiGroup, apiVersion } from '../../../api/kinds/kind.ts';
import { kinds } from '../../../api/kinds/registry.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { keysStay, metadataChange } from './kept-keys.ts';
import { runnerPolicy } from './runner-policy.ts';

/**
 * A finalizer needs `patch` on the object itself, because /status ignores metadata; that verb could rewrite the spec.
 * Annotations are people's words to the runner (pause, adopt, confirm a deletion), so it says none to itself.
 */
export function specsPolicy(settings: PlatformSettings): AdmissionPolicy {
  const stays = (['labels', 'annotations'] as const).map((field) => keysStay(metadataChange(field), []));
  return runnerPolicy(settings, {
    name: 'specs',
    requests: [
      {
        apiGroups: [apiGroup],
        apiVersions: [apiVersion],
        operations: ['UPDATE'],
        resources: kinds.map(({ plural }) => plural),
      },
    ],
    validations: [
      {
        expression: 'object.?spec == oldObject.?spec',
        message: 'the account of the runner writes no spec',
      },
      {
        expression: stays.join(' && '),
        message: 'the account of the runner leaves labels and annotations of what people and Git wrote alone',
      },
    ],
  });
}
