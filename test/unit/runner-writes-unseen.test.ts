import { describe, expect, test } from '@jest/globals';
import type { ManagedKind } from '../../runner/engine/kind.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import { actions, engine, leaving, live, path, refusal, service, wanted } from './runner-support/answered-engine.ts';

describe('where the watch does not tell who did it, the writes of the engine', () => {
  test('prove another default by one replacement where nobody else claims anything, and take out what was hidden', async () => {
    const spec = { port: 1, defaulted: true };
    const owned = { 'f:metadata': { 'f:labels': { 'f:owner': {} } }, 'f:spec': { 'f:port': {} } };
    const managedFields = [{ manager: 'us', operation: 'Apply', time: '2026-01-01T00:00:00Z', fieldsV1: owned }];
    const claimed = (object: LiveObject): LiveObject =>
      ({ ...object, metadata: { ...object.metadata, managedFields } }) as LiveObject;
    const defaulted = claimed(live({ resourceVersion: '6', spec }));
    const { pass, told, lines } = engine([live(), defaulted, defaulted, live({ resourceVersion: '8' })]);
    await pass([wanted()]);
    told(defaulted);
    expect(await pass([wanted()])).toMatchObject([{ action: 'configured' }]);
    expect(lines().slice(1)).toEqual([`GET ${path}`, `PUT ${path}`]);
    expect(actions(await pass([wanted()]))).toEqual(['unchanged']);
  });

  test('apply before they replace where a field of ours is not ours any more', async () => {
    const fieldsV1 = { 'f:metadata': { 'f:labels': { 'f:owner': {} } }, 'f:spec': { 'f:selector': {} } };
    const managedFields = [{ manager: 'us', operation: 'Apply', time: '2026-01-01T00:00:00Z', fieldsV1 }];
    const plain = live({ resourceVersion: '6', spec: { port: 1, defaulted: true } });
    const disowned = { ...plain, metadata: { ...plain.metadata, managedFields } } as LiveObject;
    const { pass, told, lines } = engine([live(), disowned, disowned, disowned]);
    await pass([wanted()]);
    told(disowned);
    await pass([wanted()]);
    expect(lines().slice(1)).toEqual([`GET ${path}`, `PATCH ${path}`, `PUT ${path}`]);
  });

  test('make an object anew that lost our label, when it is the one that we made, and wait for its end', async () => {
    const orphaning: ManagedKind = { ...service, recreate: 'orphan' };
    const immutable = refusal(422, 'Forbidden', 'updates to statefulset spec for fields other than x are forbidden');
    const unlabelled = live({ resourceVersion: '8', labels: {} });
    const gone = leaving({ resourceVersion: '9', labels: {} });
    const answers = [live(), immutable, unlabelled, unlabelled, live(), gone, immutable, gone, gone];
    const { pass, told, sent, lines } = engine(answers);
    await pass([wanted(orphaning)]);
    told(unlabelled);
    expect(actions(await pass([wanted(orphaning)]))).toEqual(['waiting']);
    expect(sent.at(-1)).toMatchObject({ body: { preconditions: { uid: 'u', resourceVersion: '8' } } });
    expect(actions(await pass([wanted(orphaning)]))).toEqual(['waiting']);
    expect(lines().filter((line) => line.startsWith('DELETE'))).toHaveLength(1);
  });

  test('leave an object without our label that we never made', async () => {
    const orphaning: ManagedKind = { ...service, recreate: 'orphan' };
    const immutable = refusal(422, 'Forbidden', 'updates to statefulset spec for fields other than x are forbidden');
    const theirs = live({ uid: 'theirs', labels: {} });
    const { pass, lines } = engine([immutable, theirs, theirs, immutable]);
    expect(actions(await pass([wanted(orphaning)]))).toEqual(['failed']);
    expect(lines()).toEqual([`PATCH ${path}`, `GET ${path}`, `GET ${path}`, `PUT ${path}`]);
  });
});
