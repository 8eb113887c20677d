/** Who may write what guards tenants, as CEL on a request. */
import { platformNames } from '../../labels.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { NamedExpression } from '../admission-policy.ts';
import { celText, celTexts } from '../cel.ts';

/** Kubernetes’ own controllers act under these, and by ServiceAccounts of `kube-system`; the last three are EKS’ and GKE’s. */
const controlPlaneUsers = [
  'system:kube-controller-manager',
  'system:cloud-controller-manager',
  'system:apiserver',
  'eks:network-policy-controller',
  'eks:vpc-resource-controller',
  'system:controller:glbc',
];

const username = 'request.userInfo.username';

/** The runner's account. */
export function isRunner({ namespace }: PlatformSettings): string {
  return `${username} == ${celText(`system:serviceaccount:${namespace}:${platformNames.runner}`)}`;
}

/** Passes over people with a key for emergencies. */
export function notBreakGlass({ admission }: PlatformSettings): NamedExpression {
  const groups = celTexts(admission.breakGlassGroups);
  return {
    name: 'not-break-glass',
    expression: `!request.userInfo.?groups.orValue([]).exists(group, group in ${groups})`,
  };
}

/** Passes over the runner, those who apply from Git, and people with a key for emergencies. */
export function notWriter(settings: PlatformSettings): readonly NamedExpression[] {
  return [
    { name: 'not-runner', expression: `!(${isRunner(settings)})` },
    { name: 'not-git-ops', expression: `!(${username} in ${celTexts(settings.admission.gitOpsAccounts)})` },
    notBreakGlass(settings),
  ];
}

/**
 * Passes over the controllers of Kubernetes: they empty a namespace that goes, count quotas, make the pods of a StatefulSet and
 * the ConfigMap kube-root-ca.crt.
 */
export function notController({ admission }: PlatformSettings): NamedExpression {
  const accounts = celTexts([...controlPlaneUsers, ...admission.controllerAccounts]);
  return {
    name: 'not-controller',
    expression: `!(${username} in ${accounts} || ${username}.startsWith("system:serviceaccount:kube-system:"))`,
  };
}
