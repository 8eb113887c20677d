/** Validation of one object of ours: the verdict of the API server under `fieldValidation=Strict`, with more help. */
import { complete } from '../defaults.ts';
import { apiGroup, apiVersion } from '../kinds/kind.ts';
import type { KindDefinition } from '../kinds/kind.ts';
import { kindNamed, kinds } from '../kinds/registry.ts';
import type { Problem } from '../problem.ts';
import { rootSchema } from '../root-schema.ts';
import type { StructuralSchema } from '../schema/structural.ts';
import { ruleProblems } from './cel.ts';
import { duplicates } from './duplicates.ts';
import { metadataProblems } from './metadata.ts';
import { quote, typeName } from './quote.ts';
import { structureProblems } from './structure.ts';
import { suggest } from './suggest.ts';
import { unknownFields } from './unknown-fields.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Every problem of one object, none for a good one. The problems of the fields come in the order of the schema's checks;
 * rules (CEL) are judged only when types and bounds are right, as on the API server.
 * @param raw the object as it was read, without defaults
 * @param old what stood there before; with it, transition rules are judged as for an update
 */
export function validateObject(raw: unknown, old?: unknown): Problem[] {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
    return [
      {
        code: 'object.shape',
        path: '',
        message: `expected an object, got ${typeName(raw)}`,
        fix: 'write a Kubernetes object with apiVersion, kind, metadata and spec',
      },
    ];
  }
  const object = raw as Fields;
  const definition = typeof object['kind'] === 'string' ? kindNamed(object['kind']) : undefined;
  if (definition === undefined) {
    return [unknownKind(object['kind'])];
  }
  return [
    ...versionProblems(object['apiVersion']),
    ...metadataProblems(object['metadata']),
    ...schemaProblems(definition, object, old),
  ];
}

function unknownKind(kind: unknown): Problem {
  const names = kinds.map((definition) => definition.kind);
  const nearest = typeof kind === 'string' ? suggest(kind, names) : undefined;
  return {
    code: 'object.kind',
    path: 'kind',
    message: kind === undefined ? 'the object has no kind' : `${quote(kind)} is not a kind of ${apiGroup}`,
    fix: nearest === undefined ? `write one of ${names.join(', ')}` : `did you mean ${nearest}?`,
  };
}

function versionProblems(version: unknown): Problem[] {
  const wanted = `${apiGroup}/${apiVersion}`;
  return version === wanted
    ? []
    : [
        {
          code: 'object.api-version',
          path: 'apiVersion',
          message: `expected ${wanted}, got ${quote(version)}`,
          fix: `write apiVersion: ${wanted}`,
        },
      ];
}

/** Problems that keep the API server from evaluating rules: they would meet values that they were not written for. */
const blocking: ReadonlySet<string> = new Set([
  'schema.type',
  'schema.required',
  'schema.enum',
  'schema.length',
  'schema.count',
]);

function schemaProblems(definition: KindDefinition, object: Fields, old: unknown): Problem[] {
  const root = rootSchema(definition);
  const schema = withoutStatus(root);
  const value = complete(schema, without(object, 'status'));
  const problems = [
    ...unknownFields(root, { ...object, metadata: {} }, ''),
    ...structureProblems(schema, value),
    ...duplicates(schema, value, ''),
  ];
  if (problems.some(({ code }) => blocking.has(code))) {
    return problems;
  }
  return [
    ...problems,
    ...ruleProblems({ schema, value, old: old === undefined ? undefined : complete(schema, old), path: '' }),
  ];
}

const statusless = new Map<StructuralSchema, StructuralSchema>();

/** The API server drops the status of whoever writes the main resource before it validates. */
function withoutStatus(root: StructuralSchema): StructuralSchema {
  let schema = statusless.get(root);
  if (schema === undefined) {
    schema = { ...root, properties: without(root.properties ?? {}, 'status') };
    statusless.set(root, schema);
  }
  return schema;
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
