import { describe, expect, test } from '@jest/globals';
import { ForeignObjectError } from '../../runner/engine/adoption.ts';
import { applyPass } from '../../runner/engine/apply-pass.ts';
import type { ApplyDeps } from '../../runner/engine/apply-object.ts';
import { Children } from '../../runner/engine/children.ts';
import { Fights } from '../../runner/engine/fights.ts';
import type { ManagedKind } from '../../runner/engine/kind.ts';
import { AppliedRecords } from '../../runner/engine/records.ts';
import { prune } from '../../runner/engine/remove.ts';
import type { ObjectResult } from '../../runner/engine/result.ts';
import { wantedObject } from '../../runner/engine/wanted.ts';
import type { WantedObject } from '../../runner/engine/wanted.ts';
import { ApiError } from '../../runner/kube/api-error.ts';
import { KubeClient } from '../../runner/kube/client.ts';
import type { WantedBody } from '../../runner/kube/client.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import type { ApiRequest } from '../../runner/kube/send.ts';

const service: ManagedKind = {
  apiVersion: 'v1',
  kind: 'Service',
  plural: 'services',
  namespaced: true,
  wave: 0,
};
const body: WantedBody = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'gateway', namespace: 'ns', labels: { owner: 'acme' } },
  spec: { port: 1 },
};
const path = '/api/v1/namespaces/ns/services/gateway';

/** As the API server has it. */
function live(change: { uid?: string; resourceVersion?: string; spec?: unknown; labels?: object } = {}): LiveObject {
  const { uid = 'u', resourceVersion = '5', spec = body['spec'], labels = { owner: 'acme' } } = change;
  return { ...body, metadata: { name: 'gateway', namespace: 'ns', uid, resourceVersion, labels }, spec } as LiveObject;
}

type Answer = LiveObject | Error;

/** An engine over the real client, whose requests are answered in turn. */
function engine(answers: readonly Answer[]): {
  pass: (wanted: readonly WantedObject[]) => Promise<ObjectResult[]>;
  prune: () => Promise<ObjectResult[]>;
  told: (object: LiveObject) => void;
  sent: ApiRequest[];
  lines: () => string[];
} {
  const sent: ApiRequest[] = [];
  const left = [...answers];
  const client = new KubeClient(
    (request) => {
      sent.push(request);
      const answer = left.shift();
      if (answer === undefined) throw new Error(`not expected: ${request.method} ${request.path}`);
      if (answer instanceof Error) return Promise.reject(answer);
      const chunks = (async function* () {})();
      // What is applied first was not there before.
      const status = sent.length === 1 ? 201 : 200;
      return Promise.resolve({ status, warnings: [], json: () => Promise.resolve(answer), chunks });
    },
    () => undefined,
  );
  const children = new Children<null>({
    kinds: [service],
    ownerLabel: 'owner',
    ownerOf: ({ metadata }) => metadata.labels?.['owner'],
    factsOf: () => null,
    leftToOthers: {},
    onChange: () => undefined,
  });
  const deps: ApplyDeps = {
    client,
    children,
    records: new AppliedRecords(),
    leftToOthers: {},
    chosenAtCreation: {},
    fieldManager: 'us',
    fights: new Fights(() => 0),
    adoption: ({ metadata }) => (metadata.labels?.['owner'] === 'acme' ? undefined : 'it is theirs'),
    complete: (wanted) => wanted.body,
  };
  const [subject] = children.subjects();
  const { signal } = new AbortController();
  return {
    sent,
    lines: () => sent.map(({ method, path: where }) => `${method} ${where}`),
    told: (object) => subject?.store.told(subject.project(object)),
    pass: (wanted) => applyPass(deps, { owner: 'acme', wanted }, signal),
    prune: () => prune({ client }, { children: children.of('acme').values(), keep: () => false }, signal),
  };
}

const wanted = (kind = service, strategy: WantedObject['strategy'] = 'apply'): WantedObject =>
  wantedObject(kind, body, strategy);
const refusal = (status: number, reason: string, message: string): ApiError =>
  ApiError.fromStatus('x', { reason, message }, status);
const actions = (results: readonly ObjectResult[]): string[] => results.map(({ action }) => action);

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
    const { pass, told, sent } = engine([immutable, live({ resourceVersion: '8' }), live(), live()]);
    told(live());
    expect(actions(await pass([wanted(orphaning)]))).toEqual(['waiting']);
    expect(sent[2]).toMatchObject({
      method: 'POST',
      query: { dryRun: 'All' },
      body: { metadata: { name: 'gateway-anew' } },
    });
    expect(sent[3]).toMatchObject({
      method: 'DELETE',
      body: { propagationPolicy: 'Orphan', preconditions: { uid: 'u', resourceVersion: '8' } },
    });
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
    expect(sent[0]).toMatchObject({ method: 'DELETE', body: { preconditions: { uid: 'u', resourceVersion: '5' } } });
  });
});
