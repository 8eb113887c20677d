/** What voluntary disruptions, such as a node drain, may do to the gateway. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CellObject } from './cell-object.ts';
import { cellLabels, cellNames, cellNamespace, gatewayPods } from './labels.ts';
import type { CellSettings } from './settings/cell-settings.ts';

/** A PodDisruptionBudget of one pod at a time: drains go on (never `minAvailable: 1`, which would block them for one replica). */
export class CellDisruption extends Construct {
  constructor(scope: Construct, id: string, { tenant }: CellSettings) {
    super(scope, id);
    new CellObject(this, 'budget', {
      kind: k8s.KubePodDisruptionBudget,
      metadata: { name: cellNames.gateway, namespace: cellNamespace(tenant), labels: cellLabels(tenant, 'gateway') },
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: gatewayPods,
        // A pod that never became ready must not hold up a drain (KEP-3017).
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}
