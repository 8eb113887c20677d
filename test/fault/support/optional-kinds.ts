/** Kinds that come with other products, in a form that takes whatever is in their objects. */
import { emittedKinds } from '../../../constructs/synth/emitted-kinds.ts';
import type { EmittedKind } from '../../../constructs/synth/emitted-kinds.ts';
import type { ApiClient } from '../../api/support/api-client.ts';
import { eventually } from '../../api/support/running-fleet.ts';

/** Makes every optional kind known. */
export async function installOptionalKinds(plane: { readonly admin: ApiClient }): Promise<void> {
  for (const entry of emittedKinds.filter(({ optional }) => optional === true)) await installForeignKind(plane, entry);
}

/** @property scope @default Namespaced */
type ForeignKind = Pick<EmittedKind, 'apiVersion' | 'kind' | 'plural'> & Partial<Pick<EmittedKind, 'scope'>>;

/** Makes one kind known, and waits until it is served. */
export async function installForeignKind({ admin }: { readonly admin: ApiClient }, entry: ForeignKind): Promise<void> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await admin.ok({ method: 'POST', path, body: definitionOf(entry) });
  await eventually(
    async () => (await admin.send({ path: `/apis/${entry.apiVersion}/${entry.plural}` })).status === 200,
  );
}

function definitionOf({ apiVersion, kind, plural, scope = 'Namespaced' }: ForeignKind): object {
  const [group = '', version = ''] = apiVersion.split('/');
  const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  // The API server wants a word of the Gateway API's maintainers for their group.
  const annotations = { 'api-approved.kubernetes.io': 'unapproved, a stand-in for tests' };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, annotations },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope,
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: free, status: free } } },
        },
      ],
    },
  };
}
