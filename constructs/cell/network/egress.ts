/** What a cell may reach, as NetworkPolicy rules. */
import { k8s } from 'cdk8s-plus-28';
import { isCellNamespace } from '../labels.ts';
import { SharedParts } from '../plain.ts';
import type { CellSettings, EgressRule, Peer } from '../settings/cell-settings.ts';
import { publicBlocks } from './public-blocks.ts';

/**
 * A NetworkPolicy peer for pods of one namespace, by the label that the API server itself sets.
 * @throws RangeError for a tenant's namespace, and for none: a selector without a value would match every namespace
 */
export function podsOf({ namespace, podLabels }: Peer): k8s.NetworkPolicyPeer {
  if (typeof namespace !== 'string' || namespace === '' || isCellNamespace(namespace)) {
    throw new RangeError(`a peer needs the name of a namespace that is no tenant's, got ${JSON.stringify(namespace)}`);
  }
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: podLabels === undefined ? {} : { matchLabels: { ...podLabels } },
  };
}

/** DNS, public HTTPS and what tenant and profile name, in this order. */
export function egressRules(settings: CellSettings): k8s.NetworkPolicyEgressRule[] {
  return [...dnsRule(settings), ...publicRule(settings), ...settings.egress.map(destination)];
}

const sharedRules = new SharedParts<k8s.NetworkPolicyEgressRule[]>();

function dnsRule({ dns }: CellSettings): readonly k8s.NetworkPolicyEgressRule[] {
  return sharedRules.of(JSON.stringify(dns), () => dnsRuleOf(dns));
}

/** DNS of addresses, NodeLocal DNSCache for example. */
const dnsPort = 53;

function dnsRuleOf({ pods, cidrs, port }: CellSettings['dns']): k8s.NetworkPolicyEgressRule[] {
  const toPods = pods === undefined ? [] : [podsOf(pods)];
  const toBlocks = cidrs.map((cidr) => ({ ipBlock: { cidr } }));
  return port === dnsPort
    ? dnsRuleTo([...toPods, ...toBlocks], port)
    : [...dnsRuleTo(toPods, port), ...dnsRuleTo(toBlocks, dnsPort)];
}

/** None without peers: a rule without `to` would allow every address. */
function dnsRuleTo(to: k8s.NetworkPolicyPeer[], port: number): k8s.NetworkPolicyEgressRule[] {
  return to.length === 0 ? [] : [{ to, ports: [portOf(port, 'UDP'), portOf(port, 'TCP')] }];
}

function publicRule({ publicHttps, closedBlocks, egressLevels }: CellSettings): readonly k8s.NetworkPolicyEgressRule[] {
  return publicHttps
    ? sharedRules.of(JSON.stringify([closedBlocks, egressLevels]), () => publicRuleOf(closedBlocks, egressLevels))
    : [];
}

function publicRuleOf(
  closedBlocks: CellSettings['closedBlocks'],
  egressLevels: CellSettings['egressLevels'],
): k8s.NetworkPolicyEgressRule[] {
  const to = publicBlocks(closedBlocks, egressLevels).map(({ cidr, except }) => ({
    ipBlock: { cidr, ...(except.length > 0 ? { except: [...except] } : {}) },
  }));
  // A rule without `to` would allow every address.
  return to.length === 0 ? [] : [{ to, ports: [portOf(443, 'TCP')] }];
}

function destination({ cidr, to, ports }: EgressRule): k8s.NetworkPolicyEgressRule {
  const peers = [...(cidr === undefined ? [] : [{ ipBlock: { cidr } }]), ...(to === undefined ? [] : [podsOf(to)])];
  if (peers.length === 0) {
    throw new RangeError('an egress rule needs cidr or to: without either it would allow every address');
  }
  return { to: peers, ports: ports.map(({ port, protocol }) => portOf(port, protocol ?? 'TCP')) };
}

function portOf(port: number, protocol: string): k8s.NetworkPolicyPort {
  return { port: k8s.IntOrString.fromNumber(port), protocol };
}
