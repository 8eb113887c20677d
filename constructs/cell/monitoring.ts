/** How the fleet's monitoring finds a cell. */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { cellLabels, cellNames, cellNamespace, gatewayPods } from './labels.ts';
import type { CellSettings } from './settings/cell-settings.ts';

/** A PodMonitor for OPA's diagnostic port, when the profile asks for it (the kind comes with the Prometheus operator). */
export class CellMonitoring extends Construct {
  constructor(scope: Construct, id: string, { tenant, podMonitor }: CellSettings) {
    super(scope, id);
    if (!podMonitor) {
      return;
    }
    new ApiObject(this, 'pod-monitor', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: {
        name: cellNames.gateway,
        namespace: cellNamespace(tenant),
        labels: cellLabels(tenant, 'monitoring'),
      },
      spec: {
        selector: gatewayPods,
        podMetricsEndpoints: [{ port: 'opa-diagnostic', path: '/metrics' }],
      },
    });
  }
}
