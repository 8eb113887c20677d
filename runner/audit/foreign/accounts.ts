/** No identity in the namespace that opens anything. */
import { cellNames } from '../../../constructs/cell/labels.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import { knownAccounts } from '../rights/known-bindings.ts';
import type { LivePlace } from './live-place.ts';

/** See above. */
export const foreignAccounts: Check<LivePlace> = {
  reports: ['foreign.service-account'],
  run: (place) => {
    // Kubernetes makes `default` in every namespace; no pod of a cell uses it.
    const expected = ['default', cellNames.gateway, ...knownAccounts(place.of('RoleBinding'))];
    return place.of('ServiceAccount').flatMap((live) => judge(live, expected));
  },
};

/** Annotations by which clouds give an account their own identities, by how they begin. */
const cloudAnnotations = [
  'eks.amazonaws.com/',
  'iam.gke.io/',
  'azure.workload.identity/',
  'iam.amazonaws.com/',
] as const;
/** The same for labels. */
const cloudLabels = ['azure.workload.identity/use'] as const;

function judge(live: LiveObject, expected: readonly string[]): Found[] {
  const { metadata, secrets = [] } = live as LiveObject & { readonly secrets?: readonly { readonly name?: string }[] };
  // OpenShift's registry credentials, which open nothing but images.
  const tokens = secrets.flatMap(({ name = '' }) => (/-dockercfg-[a-z0-9]+$/.test(name) ? [] : name));
  const annotations = keysOf(metadata.annotations, cloudAnnotations);
  const labels = keysOf(metadata.labels, cloudLabels);
  const why = [
    ...(expected.includes(metadata.name) ? [] : ['it is not of the cell']),
    ...(tokens.length === 0 ? [] : [`it has the token Secret ${tokens.join(', ')}`]),
    ...annotations.map((name) => `it has the annotation ${name}`),
    ...labels.map((name) => `it has the label ${name}`),
  ];
  return why.length === 0 ? [] : [{ id: 'foreign.service-account', object: refOf(live), why: why.join(', and ') }];
}

function keysOf(mapping: Readonly<Record<string, string>> = {}, beginnings: readonly string[]): string[] {
  return Object.keys(mapping).filter((key) => beginnings.some((beginning) => key.startsWith(beginning)));
}
