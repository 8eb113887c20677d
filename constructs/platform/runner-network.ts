/** The network walls of the runner, and the address of its metrics. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { podsOf } from '../cell/network/egress.ts';
import { platformLabels, platformNames, runnerSelector } from './labels.ts';
import { admissionPort, healthPort } from './runner-container.ts';
import type { PlatformSettings } from './settings.ts';

/** A NetworkPolicy (scrapers and reviews in; DNS and the API server out) and a Service for the metrics. */
export class RunnerNetwork extends Construct {
  constructor(scope: Construct, id: string, settings: PlatformSettings) {
    super(scope, id);
    const metadata = {
      name: platformNames.runner,
      namespace: settings.namespace,
      labels: platformLabels('runner'),
    };
    new k8s.KubeNetworkPolicy(this, 'network-policy', {
      metadata,
      spec: {
        podSelector: { matchLabels: { ...runnerSelector } },
        policyTypes: ['Ingress', 'Egress'],
        ingress: ingressRules(settings),
        egress: egressRules(settings),
      },
    });
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: {
        type: 'ClusterIP',
        selector: { ...runnerSelector },
        ports: [
          {
            name: 'metrics',
            port: healthPort,
            targetPort: k8s.IntOrString.fromString('health'),
            protocol: 'TCP',
            appProtocol: 'http',
          },
        ],
      },
    });
  }
}

/** The kubelet's probes need no rule. */
function ingressRules({ scrapers, admission }: PlatformSettings): k8s.NetworkPolicyIngressRule[] {
  const reviews = { ports: [port(admissionPort, 'TCP')] };
  const callers = admission.callerCidrs.map((cidr) => ({ ipBlock: { cidr } }));
  return [
    // A rule without `from` would let everybody in.
    ...(scrapers.length === 0 ? [] : [{ from: scrapers.map(podsOf), ports: [port(healthPort, 'TCP')] }]),
    // Here that is meant: no policy can select an API server, and network plugins do not take its host for any block.
    callers.length === 0 ? reviews : { from: callers, ...reviews },
  ];
}

function egressRules({ apiServer }: PlatformSettings): k8s.NetworkPolicyEgressRule[] {
  if (apiServer.cidrs?.length === 0 || apiServer.ports.length === 0) {
    throw new RangeError('apiServer needs at least one of cidrs and of ports: the runner must reach its API server');
  }
  return [
    {
      // Some managed clusters name their API server by host. NodeLocal DNSCache answers on a link-local address.
      to: [
        podsOf({ namespace: 'kube-system', podLabels: { 'k8s-app': 'kube-dns' } }),
        { ipBlock: { cidr: '169.254.20.10/32' } },
      ],
      ports: [port(53, 'UDP'), port(53, 'TCP')],
    },
    {
      // Without blocks no `to`: that is every address, and on Cilium the API server too, which no block matches there
      // (https://docs.cilium.io/en/stable/security/policy/language/#ip-cidr-based).
      ...(apiServer.cidrs === undefined ? {} : { to: apiServer.cidrs.map((cidr) => ({ ipBlock: { cidr } })) }),
      ports: apiServer.ports.map((number) => port(number, 'TCP')),
    },
  ];
}

function port(number: number, protocol: string): k8s.NetworkPolicyPort {
  return { port: k8s.IntOrString.fromNumber(number), protocol };
}
