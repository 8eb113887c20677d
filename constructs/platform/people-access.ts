/** ClusterRoles for people. Who has which is the cluster's to say: nothing is bound here. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { clusterScoped } from './cluster-scoped.ts';
import { platformLabels } from './labels.ts';
import { peopleRoles } from './people-permissions.ts';
import { policyRule } from './policy-rule.ts';

/** One ClusterRole for each part that a person may have. */
export class PeopleAccess extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const { name, labels, permissions } of peopleRoles) {
      clusterScoped(
        new k8s.KubeClusterRole(this, name, {
          metadata: { name, labels: { ...platformLabels('people'), ...labels } },
          rules: permissions.map(policyRule),
        }),
      );
    }
  }
}
