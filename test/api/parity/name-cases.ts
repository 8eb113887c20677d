/** Good and bad names, labels and annotations; the API server's own rules, and ours on the name. */
import type { KindDefinition } from '../../../constructs/api/kinds/kind.ts';
import type { ParityCase } from './node-cases.ts';
import { wholeObject } from './placement.ts';

interface Probe {
  readonly what: string;
  readonly fields: object;
  readonly good: boolean;
}

/** Cases that have nothing to do with `spec`. */
export function nameCases(kind: KindDefinition): ParityCase[] {
  return [...names(kind), ...keysAndValues(), ...roots(kind)].map(({ what, fields, good }) => ({
    name: `${kind.kind} ${what}`,
    object: wholeObject(kind, { spec: {}, ...fields }),
    good,
  }));
}

function names({ nameMaxLength }: KindDefinition): Probe[] {
  const named = (name: unknown, good: boolean): Probe => ({
    what: `name ${JSON.stringify(name)}`,
    fields: { metadata: { name } },
    good,
  });
  return [
    ...['a', 'acme-7', 'a'.repeat(nameMaxLength)].map((name) => named(name, true)),
    ...['', 'Acme', 'a.b', 'a_b', '-a', 'a-', 'ä', 'a'.repeat(nameMaxLength + 1), 7, null].map((name) =>
      named(name, false),
    ),
  ];
}

function keysAndValues(): Probe[] {
  const metadata = (what: string, fields: object, good: boolean): Probe => ({
    what: `metadata ${what}`,
    fields: { metadata: { name: 'sample', ...fields } },
    good,
  });
  const keys: readonly (readonly [string, boolean])[] = [
    ['app', true],
    ['example.com/team', true],
    ['A_b.c-d', true],
    ['a'.repeat(63), true],
    ['a'.repeat(64), false],
    ['', false],
    ['a b', false],
    ['/a', false],
    ['a/b/c', false],
    ['-a', false],
    [`${'a'.repeat(254)}/x`, false],
  ];
  return [
    ...keys.map(([key, good]) => metadata(`label ${key.slice(0, 20)}`, { labels: { [key]: 'x' } }, good)),
    ...keys.map(([key, good]) => metadata(`annotation ${key.slice(0, 20)}`, { annotations: { [key]: 'x y' } }, good)),
    metadata('label with domain in capitals', { labels: { 'Example.com/a': 'x' } }, false),
    metadata('annotation with domain in capitals', { annotations: { 'Example.com/a': 'x' } }, true),
    metadata('label value that is empty', { labels: { a: '' } }, true),
    metadata('label value that is long', { labels: { a: 'a'.repeat(64) } }, false),
    metadata('label value with a space', { labels: { a: 'b c' } }, false),
    metadata('label value that is a number', { labels: { a: 1 } }, false),
    metadata('label value that is null', { labels: { a: null } }, true),
    metadata('annotations of 256 KiB', { annotations: { a: 'x'.repeat(256 * 1024 - 1) } }, true),
    metadata('annotations of more', { annotations: { a: 'x'.repeat(256 * 1024) } }, false),
    metadata('labels that are a list', { labels: ['a'] }, false),
    metadata('unknown field', { labls: {} }, false),
    metadata('finalizer', { finalizers: ['cellwright.dev/cleanup'] }, true),
    metadata('finalizer without a name', { finalizers: ['cellwright.dev/'] }, false),
    metadata('creation time that is null', { creationTimestamp: null }, true),
  ];
}

function roots({ kind }: KindDefinition): Probe[] {
  const other = kind === 'PolicyBundle' ? 'GatewayProfile' : 'PolicyBundle';
  return [
    { what: 'without spec', fields: { spec: undefined }, good: true },
    { what: 'spec null', fields: { spec: null }, good: true },
    { what: 'another version', fields: { apiVersion: 'cellwright.dev/v1' }, good: false },
    { what: 'another group', fields: { apiVersion: 'v1alpha1' }, good: false },
    { what: 'another kind', fields: { kind: `${other}s` }, good: false },
    { what: 'unknown field beside spec', fields: { speck: {} }, good: false },
    { what: 'status of any content', fields: { status: { observedGeneration: -100 } }, good: true },
    { what: 'unknown field in status', fields: { status: { ready: true } }, good: false },
  ];
}
