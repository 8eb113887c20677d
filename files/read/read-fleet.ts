/**
 * Reads a fleet: the folders `profiles/`, `bundles/` and `tenants/` with one or many objects of ours a file, in any of
 * the three. Whatever else lies there is a problem, since an ignored file is a tenant that silently does not exist.
 */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import { byCodeUnit } from '../../constructs/synth/order.ts';
import { isCasesPath } from '../policy/cases.ts';
import type { LocatedProblem } from '../problem.ts';
import { FleetObject, identify } from './fleet-object.ts';
import type { FleetIdentity } from './fleet-object.ts';
import { listFiles, showPath } from './list-files.ts';
import { parseDocuments } from './parse-documents.ts';
import type { ParsedText } from './parse-documents.ts';
import { isYamlPath } from './read-objects.ts';
import { decode, fileProblem, readBytes, readText } from './read-text.ts';
import type { SourceDocument } from './source-document.ts';

/** A fleet as it was read, nothing validated but kinds and names. Each list is sorted by name, without duplicates. */
export interface FleetInput {
  readonly profiles: readonly FleetObject[];
  readonly bundles: readonly FleetObject[];
  readonly tenants: readonly FleetObject[];
  /** Everything wrong with files, YAML, kinds and names. */
  readonly problems: readonly LocatedProblem[];
}

/** How a fleet is read. */
export interface ReadFleetOptions {
  /**
   * Answers which objects a file of this content hash holds, when a run before this one has read it without a problem:
   * such a file is not parsed until the value of one of its objects is asked for.
   * @default - every file is parsed
   */
  readonly known?: (contentHash: string) => readonly FleetIdentity[] | undefined;
}

/** Folders of a fleet. */
const folders = ['profiles', 'bundles', 'tenants'] as const;

/** Reads the fleet in a folder. Nothing throws for what is in the files: it is in `problems`, all of it. */
export function readFleet(folder: string, options: ReadFleetOptions = {}): FleetInput {
  const listing = listFiles(folder);
  const found: Found = { objects: new Map(), problems: [...listing.problems] };
  for (const path of listing.files) {
    const isYaml = isYamlPath(path) && !isCasesPath(path);
    const inside = folders.some((name) => path.startsWith(`${name}/`));
    if (isYaml && inside) {
      readFile(found, { path: join(folder, path), shown: showPath(folder, path) }, options);
    } else if (isYaml || (inside && !notes.test(path))) {
      found.problems.push(pathProblem(folder, path));
    }
  }
  const objects = [...found.objects.values()].sort((a, b) => byCodeUnit(a.name, b.name));
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  return {
    profiles: ofKind('GatewayProfile'),
    bundles: ofKind('PolicyBundle'),
    tenants: ofKind('TenantGateway'),
    problems: found.problems,
  };
}

interface Found {
  /** By kind and name. */
  readonly objects: Map<string, FleetObject>;
  readonly problems: LocatedProblem[];
}

/** Notes for people may lie beside the objects. */
const notes = /(?:^|\/)(?:[^/]*\.md|OWNERS|CODEOWNERS)$/;

/** What is wrong with a file that is not read. */
function pathProblem(folder: string, path: string): LocatedProblem {
  const shown = showPath(folder, path);
  return isYamlPath(path)
    ? fileProblem(shown, {
        code: 'fleet.folder',
        message: `only ${folders.map((name) => `${showPath(folder, name)}/`).join(', ')} are read`,
        fix: `move the file to the one of them that fits`,
      })
    : fileProblem(shown, {
        code: 'fleet.file',
        message: 'a fleet is read from *.yaml and *.yml files, this is neither',
        fix: 'rename it if it holds objects, else move it out of the fleet',
      });
}

interface FleetFile {
  readonly path: string;
  readonly shown: string;
}

function readFile(found: Found, file: FleetFile, { known }: ReadFleetOptions): void {
  const read = readBytes(file.path, file.shown);
  if (read.bytes === undefined) {
    found.problems.push(read.problem);
    return;
  }
  const contentHash = hash('sha256', read.bytes, 'base64url');
  const identities = known?.(contentHash);
  if (identities) {
    addKnown(found, file, { contentHash, identities });
    return;
  }
  const source = decode(read.bytes, file.shown);
  if (source.text === undefined) {
    found.problems.push(source.problem);
  } else {
    addParsed(found, parseDocuments(file.shown, source.text), { file: file.shown, contentHash });
  }
}

/** Parsed when the first of its objects is asked for, and once for all of them; read again for that, since most are not asked for. */
function addKnown(
  found: Found,
  { path, shown }: FleetFile,
  { contentHash, identities }: { readonly contentHash: string; readonly identities: readonly FleetIdentity[] },
): void {
  let documents: readonly SourceDocument[] | undefined;
  const parse = (): readonly SourceDocument[] => {
    const source = readText(path, shown);
    if (source.text === undefined || hash('sha256', source.text, 'base64url') !== contentHash) {
      throw new Error(`${shown} was changed while the fleet was read: run again`);
    }
    return parseDocuments(shown, source.text).documents;
  };
  identities.forEach((identity, index) => {
    const read = () => documentAt((documents ??= parse()), shown, index);
    add(found, new FleetObject(identity, { file: shown, contentHash, index }, read));
  });
}

function addParsed(
  found: Found,
  { documents, problems }: ParsedText,
  place: { readonly file: string; readonly contentHash: string },
): void {
  found.problems.push(...problems);
  for (const [index, document] of documents.entries()) {
    const identity = identify(document.value);
    if (identity) {
      add(found, new FleetObject(identity, { ...place, index }, () => document));
    } else {
      found.problems.push(...validateObject(document.value).map((problem) => document.locate(problem)));
    }
  }
}

function documentAt(documents: readonly SourceDocument[], shown: string, index: number): SourceDocument {
  const document = documents[index];
  if (document === undefined) {
    throw new RangeError(`${shown} holds fewer documents than when it was read before with the same content`);
  }
  return document;
}

function add({ objects, problems }: Found, object: FleetObject): void {
  const key = `${object.kind}/${object.name}`;
  const first = objects.get(key);
  if (first === undefined) {
    objects.set(key, object);
    return;
  }
  const place = { code: '', path: 'metadata.name', message: '', fix: '' };
  const { file, line } = first.locate(place);
  problems.push(
    object.locate({
      code: 'fleet.name-twice',
      path: 'metadata.name',
      message: `${object.kind} ${object.name} is there already, in ${file}:${line}`,
      fix: 'remove one of the two, or give it another name',
    }),
  );
}
