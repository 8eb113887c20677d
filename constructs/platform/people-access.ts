/** ClusterRoles for people. Who has which is the cluster's to say: nothing is bound here. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { clusterScoped } from './cluster-scoped.ts';
import { platformLabels } from './labels.ts';
import { peopleRoles } from './people-permissions.ts';
import { policyRule } from './policy-rule.ts';

/** Of each part that a person may have two: one with our rules, and the one that is bound, whose rules a controller fills in. */
export class PeopleAccess extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const { name, aggregateLabel, part } of peopleRoles) {
      const gathered = { [aggregateLabel]: 'true' };
      clusterScoped(
        new k8s.KubeClusterRole(this, part.name, {
          metadata: { name: part.name, labels: { ...platformLabels('people'), ...gathered, ...part.labels } },
          rules: part.permissions.map(policyRule),
        }),
      );
      clusterScoped(
        new k8s.KubeClusterRole(this, name, {
          metadata: { name, labels: platformLabels('people') },
          aggregationRule: { clusterRoleSelectors: [{ matchLabels: gathered }] },
        }),
      );
    }
  }
}
