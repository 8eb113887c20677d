/**
 * Structural schemas as plain data, the subset of OpenAPI v3 that a CustomResourceDefinition may hold
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema).
 * The builders demand a description and an upper bound for every string, list and map: an unbounded one would exceed the
 * API server's cost budget for CEL.
 */
import { patterns } from './patterns.ts';
import type { PatternName } from './patterns.ts';

/** One CEL rule; `message` says what to do, not only what is wrong. Rules that name `oldSelf` judge updates only. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
  readonly fieldPath?: string;
  readonly reason?: 'FieldValueInvalid' | 'FieldValueForbidden' | 'FieldValueRequired' | 'FieldValueDuplicate';
}

/** A JSON value, for defaults. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A node of a structural schema; the field names are those of OpenAPI and Kubernetes. */
export interface StructuralSchema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly description: string;
  readonly default?: Json;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: StructuralSchema;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: StructuralSchema;
  readonly 'x-kubernetes-validations'?: readonly CelRule[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
}

/**
 * No `format`: for a text with a format the API server takes a list as well (seen on 1.34, k8s.io/kube-openapi
 * pkg/validation/validate/type.go), so what a format would say is said by a pattern.
 */
interface StringOptions {
  readonly default?: string;
  /** Name of the pattern in patterns.ts. */
  readonly pattern?: PatternName;
  readonly minLength?: number;
  readonly maxLength: number;
  readonly rules?: readonly CelRule[];
}

/** A bounded string. */
export function string(description: string, { rules, pattern, ...options }: StringOptions): StructuralSchema {
  return {
    type: 'string',
    description,
    ...options,
    ...(pattern === undefined ? {} : { pattern: patterns[pattern].source }),
    ...validations(rules),
  };
}

/** One of a closed set of words. */
export function oneOf(description: string, values: readonly string[], preset?: string): StructuralSchema {
  return { type: 'string', description, enum: values, ...(preset === undefined ? {} : { default: preset }) };
}

/** A whole number within bounds. */
export function integer(
  description: string,
  options: { readonly default?: number; readonly minimum: number; readonly maximum: number; readonly format?: string },
): StructuralSchema {
  return { type: 'integer', description, ...options };
}

/** A switch. */
export function boolean(description: string, preset?: boolean): StructuralSchema {
  return { type: 'boolean', description, ...(preset === undefined ? {} : { default: preset }) };
}

interface ObjectOptions {
  readonly required?: readonly string[];
  readonly default?: Json;
  readonly rules?: readonly CelRule[];
}

/** An object with named fields; unknown ones are refused. */
export function object(
  description: string,
  properties: Readonly<Record<string, StructuralSchema>>,
  { rules, ...options }: ObjectOptions = {},
): StructuralSchema {
  return { type: 'object', description, properties, ...options, ...validations(rules) };
}

interface MapOptions {
  readonly maxProperties: number;
  readonly default?: Json;
  readonly rules?: readonly CelRule[];
}

/** A map with free keys and values of one schema. */
export function mapOf(
  description: string,
  values: StructuralSchema,
  { rules, ...options }: MapOptions,
): StructuralSchema {
  return { type: 'object', description, additionalProperties: values, ...options, ...validations(rules) };
}

interface ListOptions {
  readonly maxItems: number;
  readonly minItems?: number;
  readonly default?: Json;
  /** Keys that make entries unique and mergeable by server-side apply; without them the list is replaced as a whole. */
  readonly keys?: readonly string[];
  /** Scalars that may not repeat. */
  readonly set?: true;
  readonly rules?: readonly CelRule[];
}

/** A bounded list: a map list with `keys`, a set with `set`, else atomic. */
export function listOf(description: string, items: StructuralSchema, options: ListOptions): StructuralSchema {
  const { keys, set, rules, ...bounds } = options;
  const kind = keys ? 'map' : set ? 'set' : 'atomic';
  return {
    type: 'array',
    description,
    items,
    ...bounds,
    'x-kubernetes-list-type': kind,
    ...(keys ? { 'x-kubernetes-list-map-keys': keys } : {}),
    ...validations(rules),
  };
}

/** An object whose inside the API server keeps as it comes (here: fragments of openclaw.json, judged by OpenClaw's own schema). */
export function freeObject(description: string): StructuralSchema {
  return { type: 'object', description, 'x-kubernetes-preserve-unknown-fields': true };
}

function validations(rules: readonly CelRule[] | undefined): Pick<StructuralSchema, 'x-kubernetes-validations'> {
  return rules === undefined || rules.length === 0 ? {} : { 'x-kubernetes-validations': rules };
}
