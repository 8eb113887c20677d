/** One object of ours as it stands in a fleet's file. */
import type { Problem } from '../../constructs/api/problem.ts';
import { apiGroup, apiVersion } from '../../constructs/api/kinds/kind.ts';
import { kindNamed } from '../../constructs/api/kinds/registry.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';
import type { LocatedProblem } from '../problem.ts';
import type { SourceDocument } from './source-document.ts';

/** What tells an object of ours from others. */
export interface FleetIdentity {
  readonly kind: string;
  readonly name: string;
}

/** Kind and name, or undefined when the value is not an object of ours with a name. */
export function identify(value: unknown): FleetIdentity | undefined {
  if (value === null || typeof value !== 'object') {
    return undefined;
  }
  const object = value as { readonly apiVersion?: unknown; readonly kind?: unknown; readonly metadata?: unknown };
  const { kind, metadata } = object;
  if (object.apiVersion !== `${apiGroup}/${apiVersion}` || typeof kind !== 'string' || !kindNamed(kind)) {
    return undefined;
  }
  const name = (metadata as { readonly name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' && name !== '' ? { kind, name } : undefined;
}

/** An object of ours, read when it is needed. */
export class FleetObject implements FleetIdentity {
  readonly kind: string;
  readonly name: string;
  /** The file it stands in, as shown in problems. */
  readonly file: string;
  /** Hash of the file's bytes; objects of one file share it. */
  readonly contentHash: string;
  /** Which object of its file this is, from 0. */
  readonly index: number;
  readonly #read: () => SourceDocument;
  #document: SourceDocument | undefined;

  constructor(
    identity: FleetIdentity,
    place: Pick<FleetObject, 'file' | 'contentHash' | 'index'>,
    read: () => SourceDocument,
  ) {
    this.kind = identity.kind;
    this.name = identity.name;
    this.file = place.file;
    this.contentHash = place.contentHash;
    this.index = place.index;
    this.#read = read;
  }

  /** The object as its author wrote it; only kind, apiVersion and name are checked. */
  get value(): KubeObject {
    return this.#source.value as KubeObject;
  }

  /** A problem of this object with its file and line. */
  locate(problem: Problem): LocatedProblem {
    return this.#source.locate(problem);
  }

  get #source(): SourceDocument {
    this.#document ??= this.#read();
    return this.#document;
  }
}
