/** An object that an owner should have. */
import type { WantedBody } from '../kube/client.ts';
import type { ObjectName } from '../kube/resource.ts';
import { digest } from './digest.ts';
import { childKey } from './kind.ts';
import type { ManagedKind } from './kind.ts';
import { marksOf } from './projection.ts';

/**
 * How an object comes to be as wanted.
 * - `apply`: server-side apply, always; our fields win.
 * - `create-first`: POST; when the name is taken, the object that has it must be ours to take (see Adoption). For objects
 *   whose content apply would merge into a stranger's: namespaces, immutable ConfigMaps.
 * - `create-once`: POST; when the name is taken, that is it. Never read, compared or removed. For Secrets.
 */
export type Strategy = 'apply' | 'create-first' | 'create-once';

/** A wanted object with what the engine needs to know of it. */
export interface WantedObject {
  readonly kind: ManagedKind;
  readonly body: WantedBody;
  readonly strategy: Strategy;
  readonly key: string;
  /** Of the body. */
  readonly digest: string;
  /** Of our labels and annotations; others' on the same object are no concern of ours. */
  readonly marks: readonly string[];
}

/** Where an object is. */
export interface ObjectPlace {
  readonly kind: ManagedKind;
  readonly name: ObjectName;
}

export function placeOf({ kind, body }: Pick<WantedObject, 'kind' | 'body'>): ObjectPlace {
  return { kind, name: body.metadata };
}

/** Completes a body. */
export function wantedObject(kind: ManagedKind, body: WantedBody, strategy: Strategy): WantedObject {
  return {
    kind,
    body,
    strategy,
    key: childKey(kind, body.metadata),
    digest: digest(body),
    marks: marksOf(body.metadata),
  };
}
