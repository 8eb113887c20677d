/**
 * Whether NetworkPolicies let a connection through (https://kubernetes.io/docs/concepts/services-networking/network-policies/).
 * Answers to a permitted connection are permitted, so only its opening is judged. Where network plugins differ, the answer is the more
 * open one: an address block also matches pods by their address.
 */
import ipaddr from 'ipaddr.js';
import { selects } from './network-policy.ts';
import type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from './network-policy.ts';

/** A pod. */
export interface PodEnd {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
  /** Numbers by name, for policies that name ports. */
  readonly ports?: Readonly<Record<string, number>>;
}

/** A machine that is no pod: a node, the API server, something outside; hostNetwork pods are their node. */
export interface MachineEnd {
  readonly address: string;
  /** Whether it is the node that the other end runs on; its kubelet may always connect. */
  readonly ownNode?: boolean;
  /** Whether it is a node or an API server as Cilium has them: an entity of the cluster, which no block of addresses matches. */
  readonly entity?: boolean;
}

export type End = PodEnd | MachineEnd;

/** The opening of a connection. */
export interface Flow {
  readonly from: End;
  readonly to: End;
  readonly port: number;
  /** @default 'TCP' */
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
}

/** What decides. */
export interface Cluster {
  /** Labels of each namespace by its name. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly policies: readonly NetworkPolicy[];
}

/** Both ends must let it through. */
export function passes(cluster: Cluster, flow: Flow): boolean {
  return leaves(cluster, flow) && enters(cluster, flow);
}

/** Whether the policies of the sender let it out. */
export function leaves(cluster: Cluster, flow: Flow): boolean {
  return (
    !isPod(flow.from) || flow.from === flow.to || sideAllows(cluster, 'Egress', { own: flow.from, peer: flow.to, flow })
  );
}

/** Whether the policies of the receiver let it in. */
export function enters(cluster: Cluster, flow: Flow): boolean {
  const { from, to } = flow;
  const always = from === to || (!isPod(from) && from.ownNode === true);
  return !isPod(to) || always || sideAllows(cluster, 'Ingress', { own: to, peer: from, flow });
}

interface Side {
  readonly own: PodEnd;
  readonly peer: End;
  readonly flow: Flow;
}

/** A pod that no policy of the direction selects is open; otherwise one rule of one policy is enough. */
function sideAllows(cluster: Cluster, direction: 'Ingress' | 'Egress', { own, peer, flow }: Side): boolean {
  const holding = cluster.policies.filter(
    (policy) =>
      policy.metadata.namespace === own.namespace &&
      selects(policy.spec.podSelector, own.labels) &&
      directions(policy).includes(direction),
  );
  return (
    holding.length === 0 ||
    holding.some(({ metadata, spec }) =>
      (direction === 'Ingress' ? spec.ingress : spec.egress)?.some(
        (rule) =>
          peersMatch(cluster, { rule, home: metadata.namespace ?? 'default', peer }) && portsMatch(rule.ports, flow),
      ),
    )
  );
}

/** What the API server fills in: always Ingress, and Egress when there are egress rules. */
function directions({ spec: { policyTypes = [], egress = [] } }: NetworkPolicy): readonly string[] {
  return policyTypes.length > 0 ? policyTypes : ['Ingress', ...(egress.length > 0 ? ['Egress'] : [])];
}

interface Question {
  readonly rule: PolicyRule;
  readonly home: string;
  readonly peer: End;
}

/** Without peers a rule is for everybody. */
function peersMatch(cluster: Cluster, { rule, home, peer }: Question): boolean {
  const peers = rule.from ?? rule.to ?? [];
  return peers.length === 0 || peers.some((one) => peerMatches(cluster, one, { home, peer }));
}

function peerMatches(
  { namespaces }: Cluster,
  { ipBlock, namespaceSelector, podSelector }: PolicyPeer,
  { home, peer }: Pick<Question, 'home' | 'peer'>,
): boolean {
  if (ipBlock !== undefined) {
    return blockMatches(ipBlock, peer);
  }
  if (namespaceSelector === undefined && podSelector === undefined) {
    throw new Error('the API server refuses a peer that names nothing');
  }
  if (!isPod(peer)) {
    return false;
  }
  const labels = namespaces[peer.namespace];
  if (labels === undefined) {
    throw new Error(`there is no namespace ${peer.namespace}`);
  }
  // Without a namespace selector the pods are those of the policy's own namespace.
  const rightNamespace = namespaceSelector === undefined ? peer.namespace === home : selects(namespaceSelector, labels);
  return rightNamespace && selects(podSelector ?? {}, peer.labels);
}

function blockMatches({ cidr, except = [] }: NonNullable<PolicyPeer['ipBlock']>, peer: End): boolean {
  const isEntity = !isPod(peer) && peer.entity === true;
  return !isEntity && within(cidr, peer.address) && !except.some((hole) => within(hole, peer.address));
}

/** Without ports a rule is for all of them. */
function portsMatch(ports: readonly PolicyPort[] = [], flow: Flow): boolean {
  return ports.length === 0 || ports.some((port) => portMatches(port, flow));
}

function portMatches({ protocol = 'TCP', port, endPort }: PolicyPort, flow: Flow): boolean {
  if (protocol !== (flow.protocol ?? 'TCP')) {
    return false;
  }
  if (port === undefined) {
    return true;
  }
  // A name is one of the receiver's container ports, in both directions.
  const first = typeof port === 'number' ? port : isPod(flow.to) ? flow.to.ports?.[port] : undefined;
  return first !== undefined && flow.port >= first && flow.port <= (endPort ?? first);
}

/** Whether an end is a pod. */
export function isPod(end: End): end is PodEnd {
  return 'namespace' in end;
}

/** Whether an address is in a block, by both: a table asks for few of them, very often. */
const known = new Map<string, boolean>();

function within(cidr: string, address: string): boolean {
  const question = `${cidr} ${address}`;
  const answer = known.get(question) ?? isWithin(cidr, address);
  known.set(question, answer);
  return answer;
}

function isWithin(cidr: string, address: string): boolean {
  const block = ipaddr.parseCIDR(cidr);
  const one = ipaddr.parse(address);
  return one.kind() === block[0].kind() && one.match(block);
}
