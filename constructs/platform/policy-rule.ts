/** A permission as rbac.authorization.k8s.io/v1 writes it. */
import type { k8s } from 'cdk8s-plus-28';
import type { Permission } from './runner-permissions.ts';

/** See above; the reason stays in the code. */
export function policyRule({ apiGroups, resources, resourceNames, verbs }: Permission): k8s.PolicyRule {
  return {
    apiGroups: [...apiGroups],
    resources: [...resources],
    ...(resourceNames === undefined ? {} : { resourceNames: [...resourceNames] }),
    verbs: [...verbs],
  };
}
