import { describe, expect, test } from '@jest/globals';
import { crdOf } from '../../constructs/api/crd.ts';
import { kinds } from '../../constructs/api/kinds/registry.ts';
import type { StructuralSchema } from '../../constructs/api/schema/structural.ts';
import { isTransitionRule } from '../../constructs/api/validate/cel.ts';
import { nodeName, schemaNodes } from '../api/parity/schema-walk.ts';
import type { SchemaNode } from '../api/parity/schema-walk.ts';

/** Names of the nodes that have a fault. */
function faulty(nodes: readonly SchemaNode[], fault: (schema: StructuralSchema) => boolean): string[] {
  return nodes.filter(({ schema }) => fault(schema)).map(({ steps }) => nodeName(steps));
}

describe.each(kinds.map((kind) => [kind.kind, kind] as const))('the schema of %s', (_name, kind) => {
  const nodes = schemaNodes(kind);

  test('bounds every text, number, list and map', () => {
    expect(
      faulty(nodes, ({ type, enum: words, maxLength, maximum, maxItems, maxProperties, additionalProperties }) => {
        if (type === 'string') return words === undefined && maxLength === undefined;
        if (type === 'integer' || type === 'number') return maximum === undefined;
        if (type === 'array') return maxItems === undefined;
        return additionalProperties !== undefined && maxProperties === undefined;
      }),
    ).toEqual([]);
  });

  test('describes every field in a sentence', () => {
    expect(faulty(nodes, ({ description }) => !/^[A-Z].*\.$/su.test(description))).toEqual([]);
  });

  test('has rules that say what is wrong and what to do', () => {
    const messages = nodes.flatMap(({ schema }) =>
      (schema['x-kubernetes-validations'] ?? []).map(({ message }) => message),
    );
    expect(messages.filter((message) => !/^[^:]+: .+[^.]$/.test(message))).toEqual([]);
  });

  test('judges changes outside of lists only, where old and new belong together for sure', () => {
    const inLists = nodes.filter(({ steps }) => steps.includes('items'));
    expect(faulty(inLists, (schema) => (schema['x-kubernetes-validations'] ?? []).some(isTransitionRule))).toEqual([]);
  });

  test('gives no format to a text, for which the API server would take a list', () => {
    expect(faulty(nodes, ({ type, format }) => type === 'string' && format !== undefined)).toEqual([]);
  });

  test('fits its definition into 256 KiB', () => {
    expect(JSON.stringify(crdOf(kind)).length).toBeLessThan(256 * 1024);
  });
});
