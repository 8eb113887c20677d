/** The last check on NetworkPolicies: they add up, so that one that is too wide opens what all others close. */
import { isCellNamespace } from '../cell/labels.ts';
import type { KubeObject } from './kube-object.ts';

/** The label that the API server sets on each namespace and lets nobody change; every other can be forged. */
const nameLabel = 'kubernetes.io/metadata.name';

/**
 * What of a NetworkPolicy opens more than named peers, each as one sentence. Allowed are peers by address block, by the name of
 * a namespace that is no tenant's, and by labels of the cell's own pods; a rule names its peers, and both directions are judged.
 */
export function networkOpenings({ spec }: KubeObject): string[] {
  if (!isRecord(spec) || JSON.stringify([...listOf(spec['policyTypes'])].sort()) !== '["Egress","Ingress"]') {
    return ['policyTypes must name Ingress and Egress'];
  }
  return [
    ...listOf(spec['ingress']).flatMap((rule, index) => ruleOpenings(rule, 'from', `ingress[${index}]`)),
    ...listOf(spec['egress']).flatMap((rule, index) => ruleOpenings(rule, 'to', `egress[${index}]`)),
  ];
}

function ruleOpenings(rule: unknown, member: 'from' | 'to', place: string): string[] {
  const peers = isRecord(rule) ? listOf(rule[member]) : [];
  return peers.length === 0
    ? [`${place} names no peer in ${member}, which opens it to everybody`]
    : peers.flatMap((peer, index) => peerOpenings(peer, `${place}.${member}[${index}]`));
}

function peerOpenings(peer: unknown, place: string): string[] {
  if (!isRecord(peer) || (peer['ipBlock'] ?? peer['namespaceSelector'] ?? peer['podSelector']) === undefined) {
    return [`${place} names nothing`];
  }
  const { namespaceSelector } = peer;
  // Without it the pods are those of the cell itself.
  return namespaceSelector === undefined || namesOneNamespace(namespaceSelector)
    ? []
    : [`${place} must select one namespace that is no tenant's, by matchLabels ${nameLabel} alone`];
}

function namesOneNamespace(selector: unknown): boolean {
  if (!isRecord(selector) || !isRecord(selector['matchLabels']) || selector['matchExpressions'] !== undefined) {
    return false;
  }
  const labels = Object.entries(selector['matchLabels']);
  const [key, name] = labels[0] ?? [];
  return labels.length === 1 && key === nameLabel && typeof name === 'string' && name !== '' && !isCellNamespace(name);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
