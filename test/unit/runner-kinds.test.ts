/** The closed list of kinds, and what may be done to an object of each. */
import { describe, expect, test } from '@jest/globals';
import type { ManagedKind } from '../../runner/engine/kind.ts';
import { cellKinds, claims, tokenSecrets } from '../../runner/fleet/kinds.ts';
import { actions, engine, leaving, live, refusal, service, wanted } from './runner-support/answered-engine.ts';

/** Every kind that a version of Cellwright has ever made for a tenant. Lines are added, none is ever taken out. */
const everEmitted = [
  'v1 Namespace',
  'v1 ResourceQuota',
  'v1 LimitRange',
  'networking.k8s.io/v1 NetworkPolicy',
  'v1 ServiceAccount',
  'v1 ConfigMap',
  'v1 Service',
  'policy/v1 PodDisruptionBudget',
  'apps/v1 StatefulSet',
  'networking.k8s.io/v1 Ingress',
  'gateway.networking.k8s.io/v1 HTTPRoute',
  'monitoring.coreos.com/v1 PodMonitor',
];

describe('the closed list of kinds', () => {
  const now = cellKinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);

  test('has every kind that was ever emitted', () => {
    const lost = everEmitted.filter((kind) => !now.includes(kind));
    if (lost.length > 0)
      throw new Error(
        `${lost.join(', ')}: what older versions made of it could no longer be pruned; put it back into constructs/synth/emitted-kinds.ts, also when nothing renders it any more`,
      );
  });

  test('is known here, so that a kind that is new stays for good', () => {
    expect(now.filter((kind) => !everEmitted.includes(kind))).toEqual([]);
  });

  test('has nothing that holds data but the namespace, which is never pruned', () => {
    const kept = cellKinds.filter(({ prunable }) => prunable === false).map(({ kind }) => kind);
    expect(kept).toEqual(['Namespace']);
    const names = cellKinds.map(({ kind }) => kind);
    for (const { kind } of [claims, tokenSecrets]) expect(names).not.toContain(kind);
    expect(tokenSecrets).toMatchObject({ prunable: false, watched: false });
  });
});

/** The sentences of a refusal because of a field that cannot be changed. */
const immutable = [
  'field is immutable',
  'may not change once set',
  'updates to statefulset spec for fields other than x are forbidden',
];

describe('a field that cannot be changed', () => {
  test('lets exactly StatefulSet and Service be made anew', () => {
    const recreated = cellKinds.flatMap(({ kind, recreate }) => (recreate === undefined ? [] : [[kind, recreate]]));
    expect(Object.fromEntries(recreated)).toEqual({ StatefulSet: 'orphan', Service: 'at-once' });
    for (const { recreate } of [claims, tokenSecrets] as ManagedKind[]) expect(recreate).toBeUndefined();
  });

  test.each([
    { recreate: undefined, deleted: [], action: 'configured' },
    { recreate: 'orphan' as const, deleted: ['Orphan'], action: 'waiting' },
    { recreate: 'at-once' as const, deleted: ['Background'], action: 'created' },
  ])('of a kind that is made anew $recreate deletes $deleted', async ({ recreate, deleted, action }) => {
    for (const sentence of immutable) {
      const answers = [
        refusal(422, 'Invalid', sentence),
        live(),
        live(),
        ...(recreate === 'orphan' ? [leaving()] : [live(), live()]),
      ];
      const { pass, told, sent } = engine(answers);
      told(live());
      expect(actions(await pass([wanted(recreate === undefined ? service : { ...service, recreate })]))).toEqual([
        action,
      ]);
      const deletes = sent.filter(({ method }) => method === 'DELETE').map(({ body }) => body);
      expect(deletes.map((body) => (body as { propagationPolicy: string }).propagationPolicy)).toEqual(deleted);
    }
  });

  test('of a Service leaves it the address that it had, and none where it had none', async () => {
    for (const [address, kept] of [
      ['10.0.0.7', '10.0.0.7'],
      ['None', undefined],
    ]) {
      const addressed = live({ spec: { port: 1, clusterIP: address } });
      const answers = [refusal(422, 'Invalid', 'may not change once set'), addressed, live(), live(), live()];
      const { pass, told, sent } = engine(answers);
      told(live());
      await pass([wanted({ ...service, recreate: 'at-once' })]);
      const { method, body } = sent.at(-1) ?? {};
      expect([method, (body as { spec: { clusterIP?: string } }).spec.clusterIP]).toEqual(['PATCH', kept]);
    }
  });
});
