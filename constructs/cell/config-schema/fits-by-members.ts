/** A quick yes for configuration that fits its schema. */
import { Check } from 'typebox/schema';

type Members = Readonly<Record<string, unknown>>;

/** An object of which the schema says what members it has, and nothing else. */
interface SimpleObject {
  readonly properties: Readonly<Record<string, Members>>;
  readonly additionalProperties: boolean;
  readonly required?: readonly string[];
}

/**
 * True when the value fits; false says only that the library must decide by the whole schema. The library builds a pattern of
 * all members that an object may have at each object that it meets, hundreds at some. For the objects of most parts of
 * OpenClaw's schema it is enough to look up the members that are there.
 */
export function fitsByMembers(schema: unknown, value: unknown): boolean {
  if (!isMembers(schema)) {
    return false;
  }
  if (isSimple(schema)) {
    const { required = [] } = schema;
    return isMembers(value) && required.every((key) => Object.hasOwn(value, key)) && membersFit(schema, value);
  }
  return isSelfContained(schema) && Check(schema, value);
}

function membersFit({ properties, additionalProperties }: SimpleObject, value: Members): boolean {
  return Object.keys(value).every((key) =>
    Object.hasOwn(properties, key) ? fitsByMembers(properties[key], value[key]) : additionalProperties,
  );
}

const simpleKeywords: ReadonlySet<string> = new Set(['type', 'properties', 'additionalProperties', 'required']);
const simple = new WeakMap<object, boolean>();

function isSimple(schema: Members): schema is Members & SimpleObject {
  let known = simple.get(schema);
  if (known === undefined) {
    const { type, properties, additionalProperties } = schema;
    known =
      type === 'object' &&
      isMembers(properties) &&
      Object.values(properties).every(isMembers) &&
      typeof additionalProperties === 'boolean' &&
      Object.keys(schema).every((keyword) => simpleKeywords.has(keyword));
    simple.set(schema, known);
  }
  return known;
}

const selfContained = new WeakMap<object, boolean>();

/** Whether a part of a schema means the same without the rest: it refers to nothing. */
function isSelfContained(schema: object): boolean {
  let known = selfContained.get(schema);
  if (known === undefined) {
    known = Object.entries(schema).every(
      ([key, member]: [string, unknown]) =>
        !key.startsWith('$') && (member === null || typeof member !== 'object' || isSelfContained(member)),
    );
    selfContained.set(schema, known);
  }
  return known;
}

function isMembers(value: unknown): value is Members {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
