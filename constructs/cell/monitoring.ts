/** How the fleet's monitoring finds a cell. */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { cellLabels, cellNames, cellNamespace, gatewayPods } from './labels.ts';
import type { CellSettings } from './settings/cell-settings.ts';
import { guardMetricsPath } from './workload/gateway-container.ts';

/** A PodMonitor for what the guard and OPA count, when the profile asks for it (the kind comes with the Prometheus operator). */
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
        // A gateway that is not its own any more would send Prometheus, which walls let in everywhere, wherever it likes.
        podMetricsEndpoints: [
          { port: 'gateway', path: guardMetricsPath, followRedirects: false },
          { port: 'opa-diagnostic', path: '/metrics', followRedirects: false },
        ],
      },
    });
  }
}
