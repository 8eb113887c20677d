/** Who the runner is and what it may do. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { clusterScoped } from './cluster-scoped.ts';
import { platformLabels, platformNames } from './labels.ts';
import { policyRule } from './policy-rule.ts';
import { clusterPermissions, defaultNamespacePermissions, ownNamespacePermissions } from './runner-permissions.ts';
import type { PlatformSettings } from './settings.ts';

/** A ServiceAccount, a ClusterRole for the tenants' namespaces, a Role for the Lease, one for Events, and their bindings. */
export class RunnerAccess extends Construct {
  constructor(scope: Construct, id: string, { namespace }: PlatformSettings) {
    super(scope, id);
    const name = platformNames.runner;
    const labels = platformLabels('runner');
    new k8s.KubeServiceAccount(this, 'service-account', {
      metadata: { name, namespace, labels },
      // The Deployment's pods ask for the token; a pod that only borrows the account gets none.
      automountServiceAccountToken: false,
    });
    const subjects = [{ kind: 'ServiceAccount', name, namespace }];
    const apiGroup = 'rbac.authorization.k8s.io';
    clusterScoped(
      new k8s.KubeClusterRole(this, 'cluster-role', {
        metadata: { name, labels },
        rules: clusterPermissions().map(policyRule),
      }),
    );
    clusterScoped(
      new k8s.KubeClusterRoleBinding(this, 'cluster-role-binding', {
        metadata: { name, labels },
        roleRef: { apiGroup, kind: 'ClusterRole', name },
        subjects,
      }),
    );
    const roles = [
      { id: '', where: namespace, permissions: ownNamespacePermissions },
      { id: 'default-', where: 'default', permissions: defaultNamespacePermissions },
    ];
    for (const { id: prefix, where, permissions } of roles) {
      new k8s.KubeRole(this, `${prefix}role`, {
        metadata: { name, namespace: where, labels },
        rules: permissions.map(policyRule),
      });
      new k8s.KubeRoleBinding(this, `${prefix}role-binding`, {
        metadata: { name, namespace: where, labels },
        roleRef: { apiGroup, kind: 'Role', name },
        subjects,
      });
    }
  }
}
