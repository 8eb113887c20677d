/** A quick yes for configuration that fits its schema. */
import { Check } from 'typebox/schema';

type Members = Readonly<Record<string, unknown>>;

/** An object whose every member has a schema. */
interface ClosedObject {
  readonly properties: Readonly<Record<string, Members>>;
  readonly required?: readonly string[];
}

/**
 * True when the value fits; false says only that the library must decide by the whole schema. The library builds a pattern of
 * all members that an object may have at each object that it meets, hundreds at some; most objects of OpenClaw's schema
 * are closed, and for those it is enough to look up the members that are there.
 */
export function fitsClosed(schema: unknown, value: unknown): boolean {
  if (!isMembers(schema)) {
    return false;
  }
  if (!isClosed(schema)) {
    return isSelfContained(schema) && Check(schema, value);
  }
  return (
    isMembers(value) && (schema.required ?? []).every((key) => Object.hasOwn(value, key)) && membersFit(schema, value)
  );
}

function membersFit({ properties }: ClosedObject, value: Members): boolean {
  return Object.keys(value).every((key) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    return property !== undefined && fitsClosed(property, value[key]);
  });
}

const closedKeywords: ReadonlySet<string> = new Set(['type', 'properties', 'additionalProperties', 'required']);
const closed = new WeakMap<object, boolean>();

/** Whether nothing else is said of an object than what its members are. */
function isClosed(schema: Members): schema is Members & ClosedObject {
  let known = closed.get(schema);
  if (known === undefined) {
    const { type, properties, additionalProperties } = schema;
    known =
      type === 'object' &&
      isMembers(properties) &&
      Object.values(properties).every(isMembers) &&
      additionalProperties === false &&
      Object.keys(schema).every((keyword) => closedKeywords.has(keyword));
    closed.set(schema, known);
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
