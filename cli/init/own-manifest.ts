/** A package.json that was there before `cellwright init`: `npm install cellwright` leaves one with that dependency alone. */

/** Its text with what was missing, and what a person must know of it. */
export interface CompletedManifest {
  readonly text: string;
  /** Keys that were added, such as `scripts.synth`. */
  readonly added: readonly string[];
  /** What stands there and is not as the repository needs it. */
  readonly differences: readonly string[];
}

type Mapping = Readonly<Record<string, unknown>>;
/** A value with the keys that lead to it. */
type Leaf = readonly [keys: readonly [key: string, name: string | undefined], value: unknown];

/** What a package is called, and whether it is published, is its owner's matter. */
const ownersMatter = ['name', 'private'];
/** Places where the dependency may stand already. */
const dependencyKinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/**
 * Adds what the template has and the file lacks; nothing that is there is changed.
 * @returns undefined where the text is no JSON object
 */
export function completeManifest(text: string, template: string): CompletedManifest | undefined {
  const own = mappingIn(text);
  if (own === undefined) {
    return undefined;
  }
  const isInstalled = dependencyKinds.some((kind) => 'cellwright' in membersOf(own[kind]));
  const missing = leaves(mappingIn(template) ?? {}).filter(
    ([[key, name]]) =>
      !ownersMatter.includes(key) && !(isInstalled && key === 'dependencies') && !isThere(own, [key, name]),
  );
  const completed = missing.reduce(put, own);
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? 2;
  return {
    text: missing.length === 0 ? text : `${JSON.stringify(completed, null, indent)}\n`,
    added: missing.map(([keys]) => keys.filter((key) => key !== undefined).join('.')),
    differences:
      completed['type'] === 'module' ? [] : [`type is ${JSON.stringify(completed['type'])}; main.ts needs "module"`],
  };
}

function leaves(template: Mapping): Leaf[] {
  return Object.entries(template).flatMap(([key, value]): Leaf[] =>
    isMapping(value)
      ? Object.entries(value).map(([name, member]) => [[key, name], member])
      : [[[key, undefined], value]],
  );
}

function isThere(own: Mapping, [key, name]: Leaf[0]): boolean {
  const value = own[key];
  return key in own && (name === undefined || !isMapping(value) || name in value);
}

function put(manifest: Mapping, [[key, name], value]: Leaf): Mapping {
  return { ...manifest, [key]: name === undefined ? value : { ...membersOf(manifest[key]), [name]: value } };
}

function mappingIn(text: string): Mapping | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : undefined;
  } catch {
    // Who asks says so, with the name of the file.
    return undefined;
  }
}

function isMapping(value: unknown): value is Mapping {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function membersOf(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}
