/** Walls that are left out or stand wrong, each with the test that must catch it. Files are named from the root. */
import { api, unit } from './mutant.ts';
import type { CatchingTest, Mutant } from './mutant.ts';

const flow = (id: string, tenant = 'starter'): CatchingTest => unit('isolation-flows', `${id}: ${tenant}`);

/** What a cell is rendered with. */
export const wallMutants: readonly Mutant[] = [
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
