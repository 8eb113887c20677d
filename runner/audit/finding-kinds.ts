/**
 * Every kind of finding: how much it weighs, what it means and what helps. docs/reference/doctor.md is made from it. Ids are
 * stable: scripts match on them.
 */
import type { Severity } from './finding.ts';

/** What all findings of one kind share. */
export interface FindingKind {
  readonly severity: Severity;
  readonly meaning: string;
  readonly fix: string;
}

const kind = (severity: Severity, meaning: string, fix: string): FindingKind => ({ severity, meaning, fix });

/** By id, in the order in which a reader meets them. */
export const findingKinds = {
  'platform.missing': kind(
    'critical',
    'An object of dist/platform is not in the cluster.',
    'Apply dist/platform: kubectl apply --server-side -R -f dist/platform',
  ),
  'platform.changed': kind(
    'critical',
    'An object of dist/platform is not as it was synthesized: something was changed, removed or added.',
    'Apply dist/platform with --force-conflicts, and remove what was added. When the fleet configures the platform in fleet.config.ts, give that file with --extension',
  ),
  'platform.version': kind(
    'warning',
    'The cluster has another version of Cellwright than this command, so that contents cannot be compared.',
    'Run the doctor of the installed version, or install the version of this command',
  ),
  'platform.aggregated-rights': kind(
    'warning',
    'A ClusterRole adds, by a label, rights to write, to read Secrets or to enter pods to one of our roles for people, and so to everybody who has it; or our verbs use and assign to a role of Kubernetes’ own.',
    'See who made it, and take the label off unless all holders of the role are meant: docs/guides/access.md',
  ),
  'webhook.ca-missing': kind(
    'warning',
    'The webhook has no caBundle, so that the API server cannot call it; writes pass unjudged until the runner looks.',
    'See the log of the runner, which writes it: kubectl -n cellwright-system logs deploy/cellwright-runner',
  ),
  'webhook.ca-invalid': kind(
    'warning',
    'The caBundle of the webhook holds something that is no certificate.',
    'Restart the runner, which writes it anew: kubectl -n cellwright-system rollout restart deploy/cellwright-runner',
  ),
  'webhook.ca-expired': kind(
    'warning',
    'No certificate of the webhook’s caBundle is valid now, so that the API server cannot call it.',
    'See the log of the runner, which renews it: kubectl -n cellwright-system logs deploy/cellwright-runner',
  ),
  'webhook.ca-expires': kind(
    'warning',
    'The last certificate of the webhook’s caBundle ends within a day, and the runner has not renewed it yet.',
    'See the log of the runner, which renews it: kubectl -n cellwright-system logs deploy/cellwright-runner',
  ),
  'runner.not-ready': kind(
    'warning',
    'Fewer runner pods are ready than wanted; with none, nobody repairs or reports anything.',
    'kubectl -n cellwright-system get pods, then describe the one that is not ready',
  ),
  'runner.no-leader': kind(
    'warning',
    'No runner renews the Lease: nobody works on the tenants. (Clocks of this machine and of the runner must agree.)',
    'See the log of the runner: kubectl -n cellwright-system logs deploy/cellwright-runner',
  ),
  'runner.lent-role': kind(
    'critical',
    'Somebody else has the role of the runner; the policies that confine the runner’s account do not confine them.',
    'Delete the binding; people get one of the roles of docs/guides/access.md',
  ),
  'runner.extra-rights': kind(
    'critical',
    'The runner’s account has rights that dist/platform does not give it; who steals its token has them, too.',
    'Delete the binding, or take the account or group out of its subjects',
  ),
  'network.not-known-to-enforce': kind(
    'warning',
    'No network plugin was found that is known to enforce NetworkPolicies; where none does, no network wall stands.',
    'Ask your cluster’s documentation, or try it as docs/guides/doctor.md shows: from a pod in another namespace, a gateway’s port must not answer. Where no object shows it, state it: platform.networkPlugin of fleet.config.ts',
  ),
  'network.cluster-policy': kind(
    'warning',
    'A network policy of another project holds in the whole cluster and allows something; some of them go before NetworkPolicies.',
    'See that it selects no namespace named tenant-…, in so many words where its kind allows that',
  ),
  'network.api-server-open': kind(
    'warning',
    'The API server answers at a public address on port 443, which tenants of the profile reach by the public HTTPS that they have by default. They have no token for it; a hole in it is theirs.',
    'Name the address in network.denyCIDRs of the profile: docs/security-isolation.md',
  ),
  'admission.mutates-pods': kind(
    'info',
    'A webhook of others may change pods of tenants before they are made. What it makes of them is compared with their StatefulSet.',
    'Leave namespaces with the label cellwright.dev/tenant out of its namespaceSelector',
  ),
  'cell.missing': kind(
    'critical',
    'An object of a tenant’s cell is not there, or has lost the label that says whose it is.',
    'Managed: the runner puts it back, see its log. Rendered: apply dist/tenants/TENANT again',
  ),
  'cell.changed': kind(
    'critical',
    'An object of a tenant’s cell is not as it was synthesized: something was changed, removed or added.',
    'Managed: the runner sets it back, see its log and whether the tenant is paused. Rendered: apply dist/tenants/TENANT again with --force-conflicts, and remove what was added',
  ),
  'cell.extra': kind(
    'warning',
    'An object carries the tenant’s label and belongs to no cell.',
    'Delete it, or take the label cellwright.dev/tenant off',
  ),
  'foreign.rights': kind(
    'critical',
    'A binding gives somebody rights in a tenant’s namespace, or in the runner’s, that go around its walls: to write, to read Secrets, to enter pods.',
    'Delete the binding, or bind one of the cellwright-… ClusterRoles instead; who writes there by right stands in platform.admission of fleet.config.ts',
  ),
  'foreign.editor': kind(
    'warning',
    'Somebody has Kubernetes’ role edit or admin in a tenant’s namespace. Admission policies keep the walls from them; its Secrets, and ConfigMaps, accounts and bindings of their own, are theirs.',
    'Keep it for who runs the tenant, or bind cellwright-tenant-admin instead: docs/guides/access.md',
  ),
  'foreign.account-rights': kind(
    'critical',
    'An account of a tenant’s namespace is given rights; no account of a cell needs any, and whoever makes a pod or a token there has them.',
    'Delete the binding, or take the account or group out of its subjects',
  ),
  'foreign.pod': kind(
    'critical',
    'A pod in a tenant’s namespace is not of its gateway, or not as its StatefulSet makes it: no guard asks OPA before what it does. Or a pod has the account of the runner and is none of its pods.',
    'Delete it and what made it; workloads of a tenant belong into a namespace of their own',
  ),
  'foreign.workload': kind(
    'warning',
    'Something in a tenant’s namespace beside the gateway’s StatefulSet makes pods.',
    'Delete it; workloads of a tenant belong into a namespace of their own',
  ),
  'foreign.ephemeral-container': kind(
    'critical',
    'Somebody has put a debug container into a pod of a gateway or of the runner, where it sees files, tokens and memory.',
    'Delete the pod (another one is made), and rotate the gateway token: cellwright token rotate TENANT',
  ),
  'foreign.service': kind(
    'critical',
    'A Service in a tenant’s namespace, or in the runner’s, opens a way past Ingress and Gateway: load balancer, node port, external address or name.',
    'Delete the Service',
  ),
  'foreign.network-policy': kind(
    'critical',
    'A NetworkPolicy in a tenant’s namespace, or in the runner’s, allows more; policies add up, so that none can take that back.',
    'Delete the NetworkPolicy; what a tenant may reach belongs into spec.egress and spec.access.from',
  ),
  'foreign.route': kind(
    'warning',
    'An Ingress, a route or a ReferenceGrant in a tenant’s namespace, or in the runner’s, that nobody rendered makes something reachable.',
    'Delete it; a host of the gateway belongs into spec.access',
  ),
  'foreign.service-account': kind(
    'warning',
    'A ServiceAccount in a tenant’s namespace has a token or cloud identity, or is not of its cell.',
    'Delete the ServiceAccount, or take the token Secret, the annotation or the label off; a gateway needs none',
  ),
  'namespace.unlabelled': kind(
    'critical',
    'A namespace has the name of a tenant’s and not its label, so that no wall of ours holds there.',
    'Rename what uses it, or delete the namespace; names that begin with tenant- belong to tenants',
  ),
  'namespace.misnamed': kind(
    'critical',
    'A namespace carries the label of a tenant whose namespace it is not.',
    'Take the label cellwright.dev/tenant off the namespace',
  ),
  'namespace.departed': kind(
    'info',
    'A namespace is kept for a tenant that is gone (deletionPolicy: Retain); its volumes hold data.',
    'Keep it for the tenant’s return, or delete it with its data: docs/guides/deletion.md',
  ),
  'image.by-tag': kind(
    'warning',
    'An image is named by a tag, which its registry may move to other bytes.',
    'Pin it by digest: openclaw.digest and images.opa of the profile, openclaw.image of the tenant, platform.image of fleet.config.ts',
  ),
  'version.opa-behind': kind(
    'warning',
    'A profile runs an older OPA than this version of Cellwright was tested with.',
    'Set images.opa of the profile to the default of this version, or newer',
  ),
  'version.gateway-behind': kind(
    'info',
    'A tenant or profile runs an older OpenClaw than its profile or this version of Cellwright names.',
    'Set openclaw.version to the newer one, or remove it',
  ),
  'quota.pressure': kind(
    'warning',
    'More than 90 % of a quota is used: the next pod or object may be refused.',
    'Raise the tenant’s resources, or remove what is not needed: kubectl -n NAMESPACE describe resourcequota',
  ),
  'token.old': kind('warning', 'A gateway token is older than 90 days.', 'cellwright token rotate TENANT'),
  'tenant.invalid': kind(
    'warning',
    'The spec cannot be rendered, so that what should be there is not known.',
    'Correct the field that is named, in Git',
  ),
  'tenant.behind': kind(
    'info',
    'The runner, or Git for a Rendered tenant, has not applied yet what spec, profile and bundles ask for now. Until then the contents of its cell are not compared.',
    'Wait for the rollout, and run the doctor again; "cellwright status" shows what it waits for',
  ),
  'tenant.stalled': kind('warning', 'The runner cannot go on without a person.', 'Do what the message names'),
  'tenant.degraded': kind('warning', 'Something works against the tenant, or a part of it fails.', 'See the message'),
  'tenant.not-ready': kind('warning', 'The spec is not reached.', 'See the message, and "cellwright status"'),
  'tenant.deletion-held': kind(
    'warning',
    'Many tenants were deleted at once, and the deletion waits for a word.',
    'Confirm it, or keep the cell: docs/guides/deletion.md',
  ),
  'tenant.paused': kind(
    'warning',
    'The runner does not touch the tenant: nothing is repaired there.',
    'kubectl annotate tg TENANT cellwright.dev/paused-',
  ),
} as const satisfies Readonly<Record<string, FindingKind>>;

export type FindingId = keyof typeof findingKinds;
