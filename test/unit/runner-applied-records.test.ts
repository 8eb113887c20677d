import { describe, expect, test } from '@jest/globals';
import { applyObject } from '../../runner/engine/apply-object.ts';
import { Children } from '../../runner/engine/children.ts';
import { Fights } from '../../runner/engine/fights.ts';
import type { ManagedKind } from '../../runner/engine/kind.ts';
import { AppliedRecords } from '../../runner/engine/records.ts';
import { wantedObject } from '../../runner/engine/wanted.ts';
import type { WantedBody } from '../../runner/kube/client.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';

const kind: ManagedKind = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  namespaced: true,
  wave: 0,
};
const body: WantedBody = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'gateway', namespace: 'ns', labels: { owner: 'acme' } },
  spec: { maxUnavailable: 1 },
};

/** An API server that accepts everything; `meanwhile` happens after the write and before its answer arrives. */
function engine(meanwhile: (told: (live: LiveObject) => void) => void): {
  apply: (wanted?: WantedBody) => Promise<string>;
  sent: WantedBody[];
  told: (live: LiveObject) => void;
} {
  const records = new AppliedRecords();
  const children = new Children<null>({
    kinds: [kind],
    ownerLabel: 'owner',
    ownerOf: ({ metadata }) => metadata.labels?.['owner'],
    factsOf: () => null,
    leftToOthers: {},
    onChange: () => undefined,
  });
  const [subject] = children.subjects();
  const told = (live: LiveObject): void => subject?.store.told(subject.project(live));
  const sent: WantedBody[] = [];
  const accepted = (wanted: WantedBody): Promise<LiveObject> => {
    sent.push(wanted);
    meanwhile(told);
    return Promise.resolve(live('5', {}, wanted['spec']));
  };
  const never = (): Promise<never> => Promise.reject(new Error('not expected'));
  const deps = {
    client: {
      apply: async (_kind: unknown, wanted: WantedBody) => ({ object: await accepted(wanted), created: true }),
      create: never,
      delete: never,
      get: never,
      jsonPatch: never,
      tryCreate: never,
      replace: async (_kind: unknown, wanted: WantedBody) => accepted(wanted),
    },
    children,
    records,
    leftToOthers: {},
    chosenAtCreation: {},
    fieldManager: 'us',
    fights: new Fights(() => 0),
    adoption: () => undefined,
    complete: ({ body: complete }: { body: WantedBody }) => complete,
  };
  const apply = async (wanted = body): Promise<string> => {
    const result = await applyObject(
      deps,
      { owner: 'acme', wanted: wantedObject(kind, wanted, 'apply') },
      new AbortController().signal,
    );
    return result.action;
  };
  return { apply, sent, told };
}

function live(resourceVersion: string, status: object, spec: unknown = body['spec']): LiveObject {
  const metadata = { name: 'gateway', namespace: 'ns', labels: { owner: 'acme' }, uid: 'u', resourceVersion };
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec, status };
}

describe('an applied object', () => {
  test('is as wanted although a controller wrote its status before our answer arrived', async () => {
    const { apply, sent } = engine((told) => {
      told(live('5', {}));
      told(live('6', { disruptionsAllowed: 1 }));
    });
    expect(await apply()).toBe('created');
    expect(await apply()).toBe('unchanged');
    expect(sent).toHaveLength(1);
  });

  test('is written again when someone changed it before our answer arrived, and pinned by its uid', async () => {
    const { apply, sent, told } = engine(() => undefined);
    await apply();
    told(live('5', {}));
    told(live('6', {}, { maxUnavailable: 9 }));
    await apply();
    expect(sent).toHaveLength(2);
    expect(sent[1]?.metadata.uid).toBe('u');
  });

  test('is written again when something else is wanted, or another object has its name', async () => {
    const { apply, sent, told } = engine(() => undefined);
    await apply();
    await apply({ ...body, spec: { maxUnavailable: 2 } });
    expect(sent).toHaveLength(2);
    told({ ...live('9', {}, { maxUnavailable: 2 }), metadata: { ...live('9', {}).metadata, uid: 'other' } });
    await apply({ ...body, spec: { maxUnavailable: 2 } });
    expect(sent).toHaveLength(3);
  });

  test('that is being deleted is waited for', async () => {
    const { apply, sent, told } = engine(() => undefined);
    await apply();
    const leaving = live('7', {});
    told({ ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(await apply()).toBe('waiting');
    expect(sent).toHaveLength(1);
  });
});
