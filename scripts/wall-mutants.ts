/** Walls that are left out or stand wrong, each with the test that must catch it. Files are named from the root. */
import { api, unit } from './mutant.ts';
import type { CatchingTest, Mutant } from './mutant.ts';

const flow = (id: string, tenant = 'starter'): CatchingTest => unit('isolation-flows', `${id}: ${tenant}`);

/** What a cell is rendered with. */
const cellWalls: readonly Mutant[] = [
  {
    name: 'walls gateway pods and no others',
    file: 'constructs/cell/network/walls.ts',
    find: 'const denyAll: k8s.NetworkPolicySpec = sharedPart({ podSelector: {}, policyTypes });',
    replace: 'const denyAll: k8s.NetworkPolicySpec = sharedPart({ podSelector: gatewayPods, policyTypes });',
    test: flow('foreign-pod'),
  },
  {
    name: 'opens what public egress leaves out',
    file: 'constructs/cell/network/egress.ts',
    find: '...(except.length > 0 ? { except: [...except] } : {})',
    replace: '...(except.length < 0 ? { except: [...except] } : {})',
    test: flow('metadata'),
  },
  {
    name: 'takes pods of every namespace for those of one',
    file: 'constructs/cell/network/egress.ts',
    find: "namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },",
    replace: 'namespaceSelector: {},',
    test: flow('dns-other'),
  },
  {
    name: 'mounts a ServiceAccount token',
    file: 'constructs/cell/workload/gateway-workload.ts',
    find: 'automountServiceAccountToken: false,',
    replace: 'automountServiceAccountToken: true,',
    test: unit('isolation-pods', 'pods: no-token'),
  },
  {
    name: 'lets containers write their root',
    file: 'constructs/cell/workload/security.ts',
    find: 'readOnlyRootFilesystem: true,',
    replace: 'readOnlyRootFilesystem: false,',
    test: unit('isolation-pods', 'containers: read-only-root'),
  },
  {
    name: 'waits for a bad pod before it replaces it',
    file: 'constructs/cell/workload/gateway-workload.ts',
    find: "podManagementPolicy: 'Parallel'",
    replace: "podManagementPolicy: 'OrderedReady'",
    test: api('runner-rollout', 'a revision that never gets ready is left again once the spec goes back'),
  },
  {
    name: 'has a LimitRange give every container a CPU limit',
    file: 'constructs/cell/limits.ts',
    find: "type: 'Container',",
    replace: "type: 'Container', max: { cpu: k8s.Quantity.fromString('4') },",
    test: api(
      'dist-apply',
      'kubectl applies platform, fleet and tenants in this order without an error or a warning',
      'every gateway pod is admitted in its namespace, under its quota and Pod Security',
      'no admitted container has a CPU limit, which a LimitRange could have set, and each has one of memory',
    ),
  },
  {
    name: 'ignores the RuntimeClass of the profile',
    file: 'constructs/cell/settings/cell-settings.ts',
    find: 'scheduling: { ...profile.defaults?.scheduling, ...spec.scheduling },',
    replace: 'scheduling: { ...spec.scheduling },',
    test: unit(
      'isolation-pods',
      'runtime-class: a pod has the one that tenant or profile names, and no other pod has any',
    ),
  },
  {
    name: 'opens what the profile closes besides',
    file: 'constructs/cell/network/closed-ranges.ts',
    find: 'more.length === 0 ? nonPublicRanges',
    replace: 'more.length >= 0 ? nonPublicRanges',
    test: flow('api-public-named', 'by-route'),
  },
  {
    name: 'lets a tenant ask for closed addresses',
    file: 'constructs/rules/egress.ts',
    find: 'return overlaps(deny, block) && !roofs.some(',
    replace: 'return overlaps(deny, block) && roofs.some(',
    test: api('admission-people', 'egress-metadata is stopped by the runner, and no NetworkPolicy changes'),
  },
];

/** Who may write what. */
const accessWalls: readonly Mutant[] = [
  {
    name: 'gives the runner a list of all Secrets',
    file: 'constructs/platform/runner-permissions.ts',
    find: "resources: ['secrets'],\n    verbs: ['create'],",
    replace: "resources: ['secrets'],\n    verbs: ['create', 'list'],",
    test: api('stolen-token', 'secret-list is denied by rbac'),
  },
  {
    name: 'keeps the runner from replacing LimitRanges',
    file: 'constructs/platform/runner-permissions.ts',
    find: "const neverReplaced = ['configmaps', 'namespaces'];",
    replace: "const neverReplaced = ['configmaps', 'limitranges', 'namespaces'];",
    test: unit('platform-permissions', 'let the engine manage LimitRange'),
  },
  {
    name: 'looks past subresources when the runner writes',
    file: 'constructs/platform/admission/runner-account/scope.ts',
    find: "resources: ['*/*'] } as const;",
    replace: "resources: ['*'] } as const;",
    test: api('stolen-token', 'pod-evict is denied by a policy'),
  },
  {
    name: 'lets a scrape go where the scraped send it',
    file: 'constructs/platform/admission/runner-account/access.ts',
    find: 'endpoint.?followRedirects.orValue(true) == false',
    replace: 'endpoint.?followRedirects.orValue(true) in [true, false]',
    test: api('stolen-token', 'monitor-redirect is denied by policy'),
  },
  {
    name: 'lets a configuration name servers of tools',
    file: 'constructs/cell/config/owned-paths.ts',
    find: "['approvals', 'cron', 'mcp.servers']",
    replace: "['approvals', 'cron']",
    test: unit('rules-tenant', 'cannot set what its profile may'),
  },
  {
    name: 'lets people take a pod from its StatefulSet',
    file: 'constructs/platform/admission/people/pods.ts',
    find: "{ path: 'metadata.labels', alsoByStatus: true },",
    replace: '',
    test: api('tenant-admin', 'pod-hide is stopped by cellwright-tenant-pods'),
  },
  {
    name: 'lets people give a tenant to the garbage collector',
    file: 'constructs/platform/admission/people/platform-fields.ts',
    find: "['finalizers', 'ownerReferences']",
    replace: "['finalizers']",
    test: api('tenant-admin', 'tg-owner is stopped by cellwright-platform-fields'),
  },
  {
    name: 'audits no tenant that is on its way',
    file: 'runner/audit/cells/as-recorded.ts',
    find: "notCompared !== undefined && notCompared.reason !== 'deleting'",
    replace: "notCompared !== undefined && notCompared.reason === 'deleting'",
    test: api('doctor', 'the walls of a tenant that is on its way are those that it was given last'),
  },
  {
    name: 'lets people change guards in place',
    file: 'constructs/platform/admission/people/guarded-resources.ts',
    find: "...groupAndVersion(version),\n      operations: ['CREATE', 'UPDATE', 'DELETE'] as const,",
    replace: "...groupAndVersion(version),\n      operations: ['CREATE', 'DELETE'] as const,",
    test: api('tenant-admin', 'limits-edit is stopped by cellwright-tenant-guards'),
  },
  {
    name: 'takes Flux for anybody',
    file: 'constructs/platform/settings.ts',
    find: "  'system:serviceaccount:flux-system:kustomize-controller',\n",
    replace: '',
    test: api(
      'admission-controllers',
      'kustomize-controller, which applies from Git, makes a rendered tenant and changes its walls',
    ),
  },
  {
    name: 'lets a tenant go to another organization',
    file: 'constructs/api/kinds/tenant-gateway.ts',
    find: '!has(self.organization) || self.organization == oldSelf.organization',
    replace: '!has(self.organization) || self.organization != null',
    test: api(
      'tenant-admin',
      'tg-organization is stopped by schema: a tenant stays with its organization: keep it, or make a new tenant there',
    ),
  },
];

/** The webhook. */
const webhookWalls: readonly Mutant[] = [
  {
    name: 'is ready although the API server cannot trust it',
    file: 'runner/fleet/servers.ts',
    find: 'notReadyBecause() ?? admission?.notReadyBecause()',
    replace: 'notReadyBecause()',
    test: api('webhook', 'a runner is not ready while the API server cannot trust its webhook, says so, and lives'),
  },
  {
    name: 'holds up writes when it is gone',
    file: 'constructs/platform/admission/webhook.ts',
    find: "failurePolicy: 'Ignore',",
    replace: "failurePolicy: 'Fail',",
    test: api('webhook', 'with the runner gone, or hanging, everything can still be written'),
  },
  {
    name: 'judges its own writes',
    file: 'constructs/platform/admission/webhook.ts',
    find: "expression: `request.userInfo.username != '${runner}'`",
    replace: "expression: 'true'",
    test: api('webhook', 'only what may change a verdict is judged'),
  },
  {
    name: 'judges writes that change nothing',
    file: 'constructs/platform/admission/webhook.ts',
    find: "expression: `oldObject == null || ${differs('spec')}`",
    replace: "expression: 'true'",
    test: api('webhook', 'only what may change a verdict is judged'),
  },
];

/** All of them. */
export const wallMutants: readonly Mutant[] = [...cellWalls, ...accessWalls, ...webhookWalls];
