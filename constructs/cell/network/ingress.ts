/** Who may connect to a cell, as NetworkPolicy rules. */
import { k8s } from 'cdk8s-plus-28';
import { gatewayPort } from '../../api/kinds/access.ts';
import { SharedParts } from '../plain.ts';
import { opaDiagnosticPort } from '../workload/opa-container.ts';
import type { CellSettings, Peer } from '../settings/cell-settings.ts';
import { podsOf } from './egress.ts';

const sharedRules = new SharedParts<k8s.NetworkPolicyIngressRule[]>();

/** Callers to the gateway port, scrapers to the metrics; nobody else. The kubelet's probes need no rule. */
export function ingressRules({ callers, scrapers }: CellSettings): k8s.NetworkPolicyIngressRule[] {
  return sharedRules.of(JSON.stringify([callers, scrapers]), () => [
    ...rule(callers, [gatewayPort]),
    ...rule(scrapers, [gatewayPort, opaDiagnosticPort]),
  ]);
}

function rule(peers: readonly Peer[], ports: readonly number[]): k8s.NetworkPolicyIngressRule[] {
  // A rule without `from` would let everybody in.
  return peers.length === 0
    ? []
    : [
        {
          from: peers.map(podsOf),
          ports: ports.map((port) => ({ port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' })),
        },
      ];
}
