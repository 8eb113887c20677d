/** One thing wrong, with what the doctor must say of it; every other object is as it was before and after. */
import { expect } from '@jest/globals';
import type { TestObject } from './api-client.ts';
import type { TestControlPlane } from './control-plane.ts';
import { eventually, mergePatch } from './running-fleet.ts';

/** See above. */
export interface PlantedFault {
  /** Findings as `told` gives them. */
  readonly tells: readonly string[];
  readonly plant: (plane: TestControlPlane) => Promise<unknown>;
  readonly heal: (plane: TestControlPlane) => Promise<unknown>;
}

/** Changes an object by a merge patch, and puts back what was there. */
export function changed(
  tells: string,
  path: string,
  { patch, back }: { readonly patch: object; readonly back: object },
): PlantedFault {
  return {
    tells: [tells],
    plant: (plane) => mergePatch(plane, path, patch),
    heal: (plane) => mergePatch(plane, path, back),
  };
}

/** Changes an object by a JSON patch, and puts the old value of the place back. */
export function replaced(
  tells: string,
  path: string,
  { place, value }: { readonly place: string; readonly value: unknown },
): PlantedFault {
  let before: unknown;
  const put = async (plane: TestControlPlane, to: unknown): Promise<void> => {
    const body = [{ op: 'replace', path: place, value: to }];
    await plane.admin.ok({ method: 'PATCH', path, body, contentType: 'application/json-patch+json' });
  };
  return {
    tells: [tells],
    plant: async (plane) => {
      const live = await plane.admin.object({ path });
      before = place
        .split('/')
        .slice(1)
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], live);
      await put(plane, typeof value === 'function' ? (value as (old: unknown) => unknown)(before) : value);
    },
    heal: (plane) => put(plane, before),
  };
}

/** Removes an object, and makes it again, changed where `instead` says so in between. */
export function removed(tells: readonly string[], path: string, instead?: object): PlantedFault {
  let before: TestObject | undefined;
  const collection = path.slice(0, path.lastIndexOf('/'));
  const post = (plane: TestControlPlane, changes: object): Promise<unknown> => {
    const { metadata, ...content } = before as TestObject;
    const { name, namespace, labels, annotations } = metadata;
    const body = { ...content, status: undefined, metadata: { name, namespace, labels, annotations }, ...changes };
    return plane.admin.ok({ method: 'POST', path: collection, body });
  };
  const remove = async (plane: TestControlPlane): Promise<void> => {
    await plane.admin.ok({ method: 'DELETE', path });
    await eventually(async () => (await plane.admin.send({ path })).status === 404);
  };
  return {
    tells,
    plant: async (plane) => {
      before = await plane.admin.object({ path });
      await remove(plane);
      if (instead !== undefined) await post(plane, instead);
    },
    heal: async (plane) => {
      if (instead !== undefined) await remove(plane);
      await post(plane, {});
    },
  };
}

type Content = Record<string, unknown>;

/** How somebody writes a whole object under a name of their choice. */
export interface Forgery {
  /** Field manager; left out, the object is written with managedFields that say nothing. */
  readonly manager?: string;
  /** `Apply` is `kubectl apply --server-side --force-conflicts`, `Update` a PUT, as client-side apply and editors do it. */
  readonly how: 'Apply' | 'Update';
  /** Of a copy of the live object. */
  readonly change: (object: Content) => void;
}

/** Writes the whole live object, our labels included, with something more; and puts it back with the managedFields that it had. */
export function forged(tells: string, path: string, { manager, how, change }: Forgery): PlantedFault {
  let before: TestObject | undefined;
  const put = async (plane: TestControlPlane, object: object, managedFields: readonly object[]): Promise<void> => {
    const { metadata } = before as TestObject;
    await eventually(async () => {
      const { resourceVersion } = (await plane.admin.object({ path })).metadata;
      const body = { ...object, metadata: { ...metadata, managedFields, resourceVersion } };
      const request = { method: 'PUT', path: `${path}?fieldManager=${manager ?? 'nobody'}`, body } as const;
      const answer = await plane.admin.send(request);
      // A controller wrote the status meanwhile.
      if (answer.status !== 409) expect(answer).toMatchObject({ status: 200 });
      return answer.status === 200;
    });
  };
  return {
    tells: [tells],
    plant: async (plane) => {
      before = await plane.admin.object({ path });
      const copy = structuredClone(before) as unknown as Content;
      change(copy);
      if (how === 'Update')
        return put(plane, copy, manager === undefined ? [{}] : (before.metadata.managedFields ?? []));
      const { name, namespace, labels, annotations } = before.metadata;
      const body = { ...copy, status: undefined, metadata: { name, namespace, labels, annotations } };
      return plane.admin.apply(path, body, manager);
    },
    heal: (plane) => put(plane, before as TestObject, before?.metadata.managedFields ?? []),
  };
}

/** Makes an object that should not be there, and removes it. */
export function added(tells: string, path: string, body: object): PlantedFault {
  const collection = path.slice(0, path.lastIndexOf('/'));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const { metadata = {} } = body as { readonly metadata?: object };
  return {
    tells: [tells],
    plant: (plane) =>
      plane.admin.ok({ method: 'POST', path: collection, body: { ...body, metadata: { ...metadata, name } } }),
    heal: async (plane) => {
      await plane.admin.ok({ method: 'DELETE', path: `${path}?gracePeriodSeconds=0` });
      await eventually(async () => (await plane.admin.send({ path })).status === 404);
    },
  };
}

export const rbac = '/apis/rbac.authorization.k8s.io/v1';

/** A role for somebody, of ClusterRole `edit` for example. */
export function bound(role: string, subject: object): object {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role };
  return { roleRef, subjects: [subject] };
}

/** Labels of tenant `managed`. */
export const labelled = { metadata: { labels: { 'cellwright.dev/tenant': 'managed' } } };
/** A person who has no business there. */
export const person = { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' };
