/** The network walls of a cell: nothing in, nothing out, then exactly what is named. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CellObject } from '../cell-object.ts';
import { cellLabels, cellNames, cellNamespace, gatewayPods } from '../labels.ts';
import { sharedPart } from '../plain.ts';
import type { CellSettings } from '../settings/cell-settings.ts';
import { egressRules } from './egress.ts';
import { ingressRules } from './ingress.ts';

// Both directions are named: a policy without rules would otherwise hold for ingress alone.
const policyTypes: string[] = sharedPart(['Ingress', 'Egress']);
const denyAll: k8s.NetworkPolicySpec = sharedPart({ podSelector: {}, policyTypes });

/** Two NetworkPolicies: default-deny for every pod of the namespace, and the exceptions of the gateway pods. */
export class CellNetwork extends Construct {
  constructor(scope: Construct, id: string, settings: CellSettings) {
    super(scope, id);
    const metadata = {
      namespace: cellNamespace(settings.tenant),
      labels: cellLabels(settings.tenant, 'network'),
    };
    new CellObject(this, 'deny', {
      kind: k8s.KubeNetworkPolicy,
      metadata: { name: cellNames.denyAll, ...metadata },
      spec: denyAll,
    });
    new CellObject(this, 'allow', {
      kind: k8s.KubeNetworkPolicy,
      metadata: { name: cellNames.allow, ...metadata },
      spec: {
        podSelector: gatewayPods,
        policyTypes,
        ingress: ingressRules(settings),
        egress: egressRules(settings),
      },
    });
  }
}
