/** Good and bad objects for each rule (CEL) of a kind. */
import type { KindDefinition } from '../../../constructs/api/kinds/kind.ts';
import { isTransitionRule } from '../../../constructs/api/validate/cel.ts';
import type { ParityCase } from './node-cases.ts';
import { objectAround } from './placement.ts';
import { changeSamples, stateSamples } from './rule-samples.ts';
import { nodeName, schemaNodes } from './schema-walk.ts';
import type { SchemaNode } from './schema-walk.ts';

/** A rule, and the node that carries it. */
export interface PlacedRule {
  readonly node: SchemaNode;
  /** The message up to its first colon, by which samples are found. */
  readonly what: string;
  readonly transition: boolean;
}

/** A change and the verdict that both sides must give. */
export interface ChangeCase extends ParityCase {
  readonly kind: KindDefinition;
  readonly old: object;
}

/** Every rule below `spec`. */
export function placedRules(kind: KindDefinition): PlacedRule[] {
  return schemaNodes(kind).flatMap((node) =>
    (node.schema['x-kubernetes-validations'] ?? []).map((rule) => ({
      node,
      what: rule.message.split(': ')[0] ?? '',
      transition: isTransitionRule(rule),
    })),
  );
}

/** Cases of rules that judge one object. */
export function stateCases({ node, what }: PlacedRule): ParityCase[] {
  const samples = stateSamples[what];
  const toCase =
    (good: boolean) =>
    (value: unknown): ParityCase => ({
      name: `${node.kind.kind} ${nodeName(node.steps)}, rule "${what}": ${JSON.stringify(value)}`,
      object: objectAround(node, value, { asItIs: true }),
      good,
    });
  return [...(samples?.good ?? []).map(toCase(true)), ...(samples?.bad ?? []).map(toCase(false))];
}

/** Cases of rules that judge a change. */
export function changeCases({ node, what }: PlacedRule): ChangeCase[] {
  return (changeSamples[what] ?? []).map(({ from, to, good }) => ({
    name: `${node.kind.kind} ${nodeName(node.steps)}, rule "${what}": ${JSON.stringify(from)} to ${JSON.stringify(to)}`,
    kind: node.kind,
    old: objectAround(node, from, { asItIs: true }),
    object: objectAround(node, to, { asItIs: true }),
    good,
  }));
}
