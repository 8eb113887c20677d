import { describe, expect, test } from '@jest/globals';
import { ForeignObjectError } from '../../runner/engine/adoption.ts';
import type { ManagedKind } from '../../runner/engine/kind.ts';
import { wantedObject } from '../../runner/engine/wanted.ts';
import type { WantedObject } from '../../runner/engine/wanted.ts';
import { ApiError } from '../../runner/kube/api-error.ts';
import {
  actions,
  body,
  engine,
  leaving,
  live,
  path,
  refusal,
  service,
  wanted,
} from './runner-support/answered-engine.ts';

describe('the writes of the engine', () => {
  test('take out what others added although managedFields say nothing of it', async () => {
    const intruded = live({ resourceVersion: '6', spec: { port: 1, extra: 1 } });
    const { pass, told, sent, lines } = engine([live(), intruded, live({ resourceVersion: '7' })]);
    await pass([wanted()]);
    told(live());
    told(intruded);
    expect(actions(await pass([wanted()]))).toEqual(['configured']);
    expect(lines()).toEqual([`PATCH ${path}`, `PATCH ${path}`, `PUT ${path}`]);
    expect(sent[2]?.body).toMatchObject({ spec: { port: 1 }, metadata: { resourceVersion: '6' } });
    expect(actions(await pass([wanted()]))).toEqual(['unchanged']);
  });

  test('take out what others added although there is neither a record nor a trace of it', async () => {
    const intruded = live({ resourceVersion: '6', spec: { port: 1, extra: 1 } });
    // What the API server adds by itself is no reason for another request.
    const clean = live({ resourceVersion: '8', spec: { port: 2, type: 'ClusterIP' } });
    const further = live({ resourceVersion: '9', spec: { port: 3, extra: 1 } });
    const { pass, told, sent, lines } = engine([
      live(),
      intruded,
      live({ resourceVersion: '7' }),
      clean,
      further,
      live(),
    ]);
    const of = (name: string, port = 1): WantedObject =>
      wantedObject(service, { ...body, metadata: { ...body.metadata, name }, spec: { port } }, 'apply');
    await pass([of('other')]);
    told(intruded);
    await pass([of('gateway')]);
    expect(lines().slice(1)).toEqual([`PATCH ${path}`, `PUT ${path}`]);
    expect(sent[2]?.body).toMatchObject({ spec: { port: 1 }, metadata: { resourceVersion: '6' } });
    // Nor when it came between our look at the object and the apply of another spec.
    await pass([of('gateway', 2)]);
    expect(lines().slice(3)).toEqual([`PATCH ${path}`]);
    await pass([of('gateway', 3)]);
    expect(lines().slice(4)).toEqual([`PATCH ${path}`, `PUT ${path}`]);
  });

  test('replace an object whose intrusions make ours invalid, and only such a one', async () => {
    const invalid = refusal(422, 'Invalid', 'spec.ports[1].name: Duplicate value: "http"');
    const intruded = live({ resourceVersion: '6', spec: { port: 2 } });
    const { pass, told, lines } = engine([live(), invalid, intruded, live({ resourceVersion: '7' }), invalid]);
    await pass([wanted()]);
    told(live());
    told(intruded);
    expect(actions(await pass([wanted()]))).toEqual(['configured']);
    expect(lines().slice(1)).toEqual([`PATCH ${path}`, `GET ${path}`, `PUT ${path}`]);
    // Nobody touched it: what we want is what is wrong.
    const other = wantedObject(service, { ...body, spec: { port: 'x' } }, 'apply');
    expect(actions(await pass([other]))).toEqual(['failed']);
  });

  test('make a workload anew without its pods, and pinned to the one that was seen', async () => {
    const orphaning: ManagedKind = { ...service, recreate: 'orphan' };
    const immutable = refusal(422, 'Forbidden', 'updates to statefulset spec for fields other than x are forbidden');
    const answers = [live(), immutable, live({ resourceVersion: '8' }), live(), leaving({ resourceVersion: '9' })];
    const { pass, told, sent } = engine(answers, orphaning);
    await pass([wanted(orphaning)]);
    told(live());
    const changed = wantedObject(orphaning, { ...body, spec: { port: 2 } }, 'apply');
    expect(actions(await pass([changed]))).toEqual(['waiting']);
    expect(sent[3]).toMatchObject({
      method: 'POST',
      query: { dryRun: 'All' },
      body: { metadata: { name: 'gateway-anew' } },
    });
    expect(sent[4]).toMatchObject({
      method: 'DELETE',
      body: { propagationPolicy: 'Orphan', preconditions: { uid: 'u', resourceVersion: '8' } },
    });
    // Although no watch has told yet that it is on its way out.
    expect(actions(await pass([changed]))).toEqual(['waiting']);
    expect(sent).toHaveLength(5);
  });

  test('do not delete what could not be made anew: refused for something else too, or by someone else', async () => {
    const orphaning: ManagedKind = { ...service, recreate: 'orphan' };
    const sentence = 'updates to statefulset spec for fields other than x are forbidden';
    const causes = [{ message: sentence }, { message: 'must be positive' }];
    const both = ApiError.fromStatus('x', { reason: 'Invalid', message: sentence, details: { causes } }, 422);
    const first = engine([both]);
    first.told(live());
    expect(actions(await first.pass([wanted(orphaning)]))).toEqual(['failed']);
    const second = engine([refusal(422, 'Invalid', sentence), live(), refusal(403, 'Forbidden', 'by a policy')]);
    second.told(live());
    const [result] = await second.pass([wanted(orphaning)]);
    expect(result?.error?.message).toContain('by a policy');
    expect([...first.lines(), ...second.lines()].filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });

  test('tell no change that there was none: another default of the API server', async () => {
    const defaulted = live({ resourceVersion: '6', spec: { port: 1, defaulted: true } });
    const { pass, told } = engine([live(), defaulted, defaulted]);
    await pass([wanted()]);
    told(live());
    told(defaulted);
    const [result] = await pass([wanted()]);
    expect([result?.action, result?.repaired]).toEqual(['configured', undefined]);
    expect(actions(await pass([wanted()]))).toEqual(['unchanged']);
  });

  test('do not take an object that is another’s', async () => {
    const exists = refusal(409, 'AlreadyExists', 'exists');
    const { pass, lines } = engine([exists, live({ labels: { owner: 'someone' } })]);
    const [result] = await pass([wanted(service, 'create-first')]);
    expect(result?.error).toBeInstanceOf(ForeignObjectError);
    expect(lines()).toEqual(['POST /api/v1/namespaces/ns/services', `GET ${path}`]);
  });

  test('put what is wanted in the place of other content under its name, once that is gone', async () => {
    const other = { ...live({ spec: { port: 2 } }), immutable: true } as const;
    const isOther = (object: object): string | undefined =>
      'immutable' in object ? 'it has other content' : undefined;
    const went = engine([other, other, live({ uid: 'v' })], service, isOther);
    went.told(other);
    expect(actions(await went.pass([wanted(service, 'create-first')]))).toEqual(['created']);
    expect(went.lines()).toEqual([`GET ${path}`, `DELETE ${path}`, 'POST /api/v1/namespaces/ns/services']);
    const held = engine([other, leaving({ resourceVersion: '6' })], service, isOther);
    held.told(other);
    expect(actions(await held.pass([wanted(service, 'create-first')]))).toEqual(['waiting']);
    // Nothing is asked for that is known already, now or before a watch tells it.
    expect(actions(await held.pass([wanted(service, 'create-first')]))).toEqual(['waiting']);
    expect(held.lines()).toEqual([`GET ${path}`, `DELETE ${path}`]);
  });

  test('end with the wave that has a failure', async () => {
    const { pass, sent } = engine([refusal(500, 'InternalError', 'no')]);
    const later = wantedObject({ ...service, wave: 1 }, { ...body, metadata: { name: 'b', namespace: 'ns' } }, 'apply');
    expect(actions(await pass([later, wanted()]))).toEqual(['failed', 'skipped']);
    expect(sent).toHaveLength(1);
  });

  test('remove exactly the object that was seen', async () => {
    const { prune: pruneAll, told, sent } = engine([live()]);
    told(live());
    expect(actions(await pruneAll())).toEqual(['pruned']);
    // Although no watch has told yet that it is gone.
    expect(actions(await pruneAll())).toEqual([]);
    expect(sent[0]).toMatchObject({ method: 'DELETE', body: { preconditions: { uid: 'u', resourceVersion: '5' } } });
  });
});
