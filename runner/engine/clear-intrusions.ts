/**
 * Takes out of an object what others put beside our fields. Server-side apply leaves that alone, because we never said
 * anything about it.
 *
 * First what managedFields name (see strays.ts), which also tells the places. managedFields can be forged: an addition under
 * our own manager name, or one whose owner was put away. So, when the object was touched and still does not look as it
 * did when it was last accepted, it is replaced by what is wanted, others' metadata and the fields left to others kept. Where
 * nothing says how it should look, because there is no record or another spec is applied, it is compared with what is wanted, by
 * value; that costs a request only where something is beside it that the API server does not add by itself.
 */
import type { KubeClient, WantedBody } from '../kube/client.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { holdsAdditions } from './differences.ts';
import { contentDigest } from './projection.ts';
import type { LeftToOthers } from './projection.ts';
import { strayRemovals } from './strays.ts';
import type { WantedObject } from './wanted.ts';

/** What clearing works with. */
export interface ClearDeps {
  readonly client: Pick<KubeClient, 'jsonPatch' | 'replace'>;
  /** Name under which the API server keeps our fields. */
  readonly fieldManager: string;
  readonly leftToOthers: LeftToOthers;
  /** Fields that admission chooses when an object is made, and never again: a replacement must carry them over. */
  readonly chosenAtCreation: LeftToOthers;
}

/** An object to which our fields were just applied. */
export interface Applied {
  readonly wanted: WantedObject;
  /** As the API server answered. */
  readonly live: LiveObject;
  /** Digest of how it should look; undefined when that is not known, because something else is wanted than before. */
  readonly expected: string | undefined;
  /** There is a record, and the object was not as it says before our write: somebody else changed it. */
  readonly wasTouched: boolean;
}

/** The object without intrusions, and where the named ones were. */
export interface Cleared {
  readonly live: LiveObject;
  readonly paths: readonly string[];
}

/** @throws what the API server answers; a conflict when the object changed meanwhile */
export async function clearIntrusions(deps: ClearDeps, applied: Applied, signal: AbortSignal): Promise<Cleared> {
  const { wanted } = applied;
  const removals = strayRemovals(applied.live, deps.fieldManager, deps.leftToOthers);
  const paths = removals.map(({ path }) => path);
  const { resourceVersion } = applied.live.metadata;
  const live =
    removals.length === 0
      ? applied.live
      : await deps.client.jsonPatch(
          { resource: wanted.kind, name: applied.live.metadata, resourceVersion },
          removals,
          signal,
        );
  if (isAsItShould(deps, applied, live)) return { live, paths };
  return { live: await deps.client.replace(wanted.kind, replacement(deps, wanted.body, live), signal), paths };
}

function isAsItShould(
  { leftToOthers, chosenAtCreation }: ClearDeps,
  { wanted, expected, wasTouched }: Applied,
  live: LiveObject,
): boolean {
  if (wasTouched) return contentDigest(live, leftToOthers) === expected;
  const { kind } = live;
  const kept = { [kind]: [...(leftToOthers[kind] ?? []), ...(chosenAtCreation[kind] ?? [])] };
  return expected !== undefined || !holdsAdditions(wanted, live, kept);
}

/** What is wanted with what is others' by right. Fields that the API server chose (a Service's address) it keeps by itself. */
export function replacement(
  { leftToOthers, chosenAtCreation }: Pick<ClearDeps, 'leftToOthers' | 'chosenAtCreation'>,
  body: WantedBody,
  live: LiveObject,
): WantedBody {
  const { managedFields: _managedFields, ...metadata } = live.metadata as LiveObject['metadata'] & {
    readonly managedFields?: unknown;
  };
  const whole = {
    ...body,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...body.metadata.labels },
      annotations: { ...metadata.annotations, ...body.metadata.annotations },
    },
    ...(live['status'] === undefined ? {} : { status: live['status'] }),
  };
  const carried = [...(leftToOthers[live.kind] ?? []), ...(chosenAtCreation[live.kind] ?? [])];
  return carried.reduce<WantedBody>((result, path) => withFieldOf(result, live, path), whole);
}

/** A copy with the field at the path as it is in the other object, or unchanged when it is not there. */
function withFieldOf<T extends object>(target: T, source: object, path: readonly string[]): T {
  const value = path.reduce<unknown>(memberOf, source);
  return value === undefined ? target : (withValue(target, path, value) as T);
}

function withValue(target: unknown, [head, ...rest]: readonly string[], value: unknown): unknown {
  if (head === undefined) return value;
  return { ...(target as object | undefined), [head]: withValue(memberOf(target, head), rest, value) };
}

function memberOf(parent: unknown, key: string): unknown {
  return (parent as Readonly<Record<string, unknown>> | undefined)?.[key];
}
