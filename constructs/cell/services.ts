/** How the gateway is found: one address for callers, one name for each pod. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CellObject } from './cell-object.ts';
import { gatewayPort } from '../api/kinds/access.ts';
import { cellLabels, cellNames, cellNamespace, podSelector } from './labels.ts';
import { sharedPart } from './plain.ts';
import type { CellSettings } from './settings/cell-settings.ts';

/** By the name that the field has in Kubernetes. */
const headless = { clusterIP: 'None' };

const ports: k8s.ServicePort[] = sharedPart([
  {
    name: 'http',
    port: gatewayPort,
    targetPort: k8s.IntOrString.fromString('gateway'),
    protocol: 'TCP',
    // The gateway speaks WebSocket; meshes and Gateway API implementations read it from here (KEP-3726).
    appProtocol: 'kubernetes.io/ws',
  },
]);

/** A ClusterIP Service for callers and the headless one that a StatefulSet needs. */
export class CellServices extends Construct {
  constructor(scope: Construct, id: string, { tenant }: CellSettings) {
    super(scope, id);
    const metadata = { namespace: cellNamespace(tenant), labels: cellLabels(tenant, 'gateway') };
    new CellObject(this, 'service', {
      kind: k8s.KubeService,
      metadata: { name: cellNames.gateway, ...metadata },
      spec: { type: 'ClusterIP', selector: podSelector, ports },
    });
    new CellObject(this, 'pods', {
      kind: k8s.KubeService,
      metadata: { name: cellNames.pods, ...metadata },
      spec: {
        type: 'ClusterIP',
        ...headless,
        // A pod must find itself while it is not ready yet.
        publishNotReadyAddresses: true,
        selector: podSelector,
        ports,
      },
    });
  }
}
