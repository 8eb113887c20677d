/** `metadata` as the API server judges it for every kind (k8s.io/apimachinery/pkg/api/validation/objectmeta.go). */
import { complete } from '../defaults.ts';
import { appendStep } from '../field-path.ts';
import type { Problem } from '../problem.ts';
import { patterns } from '../schema/patterns.ts';
import { metadataSchema } from './metadata-schema.ts';
import { quote } from './quote.ts';
import { structureProblems } from './structure.ts';
import { unknownFields } from './unknown-fields.ts';

interface Metadata {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** Bytes of all annotations together, keys included. */
const annotationsLimit = 256 * 1024;
const labelValue = new RegExp(patterns.labelValue.source);
const subdomain = new RegExp(patterns.objectName.source);
const qualifiedName = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** Everything wrong with the metadata of an object, which need not be there at all. */
export function metadataProblems(raw: unknown): Problem[] {
  const metadata = complete(metadataSchema, raw ?? {});
  const shape = [
    ...unknownFields(metadataSchema, metadata, 'metadata'),
    ...structureProblems(metadataSchema, metadata).map((problem) => ({ ...problem, path: below(problem.path) })),
  ];
  return shape.length > 0 ? shape : contentProblems(metadata as Metadata);
}

function below(path: string): string {
  return path === '' || path.startsWith('[') ? `metadata${path}` : `metadata.${path}`;
}

function contentProblems({ name, labels, annotations, finalizers }: Metadata): Problem[] {
  return [
    ...nameProblems(name),
    ...Object.entries(labels ?? {}).flatMap(([key, value]) => [
      ...keyProblems(key, 'metadata.labels'),
      ...labelValueProblems(value, appendStep('metadata.labels', key)),
    ]),
    ...Object.keys(annotations ?? {}).flatMap((key) =>
      isQualifiedName(key.toLowerCase()) ? [] : keyProblems(key, 'metadata.annotations'),
    ),
    ...annotationSizeProblems(annotations ?? {}),
    ...(finalizers ?? []).flatMap((finalizer, index) =>
      isQualifiedName(finalizer) ? [] : [badKey(finalizer, `metadata.finalizers[${index}]`)],
    ),
  ];
}

/** More on the name (our own pattern and length) is a rule of the kind's schema. */
function nameProblems(name: string | undefined): Problem[] {
  if (name !== undefined && name !== '') {
    return [];
  }
  return [
    { code: 'metadata.name', path: 'metadata.name', message: 'the object has no name', fix: 'add metadata.name' },
  ];
}

function labelValueProblems(value: string, path: string): Problem[] {
  return value.length <= 63 && labelValue.test(value)
    ? []
    : [
        {
          code: 'metadata.label-value',
          path,
          message: `${quote(value)} has the wrong form`,
          fix: `write ${patterns.labelValue.says}`,
        },
      ];
}

function keyProblems(key: string, path: string): Problem[] {
  return isQualifiedName(key) ? [] : [badKey(key, appendStep(path, key))];
}

function badKey(key: string, path: string): Problem {
  return {
    code: 'metadata.key',
    path,
    message: `${quote(key)} is not a qualified name`,
    fix: 'write a name of at most 63 letters, digits, hyphens, underscores and dots, if wanted after a domain and a slash: example.com/team',
  };
}

function annotationSizeProblems(annotations: Readonly<Record<string, string>>): Problem[] {
  const encoder = new TextEncoder();
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + encoder.encode(key).length + encoder.encode(value).length,
    0,
  );
  return size <= annotationsLimit
    ? []
    : [
        {
          code: 'metadata.annotations-size',
          path: 'metadata.annotations',
          message: `the annotations have ${size} bytes together`,
          fix: `shorten them to at most ${annotationsLimit} bytes`,
        },
      ];
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
function isQualifiedName(key: string): boolean {
  const slash = key.indexOf('/');
  const [domain, name] = slash < 0 ? [undefined, key] : [key.slice(0, slash), key.slice(slash + 1)];
  const domainFits = domain === undefined || (domain.length <= 253 && subdomain.test(domain));
  return domainFits && name.length <= 63 && qualifiedName.test(name);
}
