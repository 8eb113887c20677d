/** No identity in a tenant's namespace that opens anything. */
import { cellNames } from '../../../constructs/cell/labels.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import type { LiveCell } from './live-cell.ts';

/** See above. */
export const foreignAccounts: Check<LiveCell> = {
  reports: ['foreign.service-account'],
  run: (cell) => cell.of('ServiceAccount').flatMap(judge),
};

/** Annotations by which clouds give an account their own identities. */
const cloudAnnotations = [
  'eks.amazonaws.com/role-arn',
  'iam.gke.io/gcp-service-account',
  'azure.workload.identity/client-id',
] as const;

/** Kubernetes makes `default` in every namespace; no pod of a cell uses it. */
const expected: readonly string[] = ['default', cellNames.gateway];

function judge(live: LiveObject): Found[] {
  const { metadata, secrets = [] } = live as LiveObject & { readonly secrets?: readonly { readonly name?: string }[] };
  // OpenShift's registry credentials, which open nothing but images.
  const tokens = secrets.flatMap(({ name = '' }) => (/-dockercfg-[a-z0-9]+$/.test(name) ? [] : name));
  const identities = cloudAnnotations.filter((name) => metadata.annotations?.[name] !== undefined);
  const why = [
    ...(expected.includes(metadata.name) ? [] : ['it is not of the cell']),
    ...(tokens.length === 0 ? [] : [`it has the token Secret ${tokens.join(', ')}`]),
    ...identities.map((name) => `it has the annotation ${name}`),
  ];
  return why.length === 0 ? [] : [{ id: 'foreign.service-account', object: refOf(live), why: why.join(', and ') }];
}
