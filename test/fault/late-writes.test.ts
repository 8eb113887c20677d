import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createObject, deleteTenant } from '../api/support/running-fleet.ts';
import { electedRunnersOfFile } from './support/elected-runners.ts';
import type { Judge, ProxiedRequest } from './support/faults.ts';
import { expectState, freshState, isDeleted, isReady, provenFleetOfFile, untilState } from './support/proven-fleet.ts';
import { changeSpec } from './support/tenants.ts';

const fleet = provenFleetOfFile();
const runners = electedRunnersOfFile(fleet);

const isApplyOf =
  (plural: string, tenant: string) =>
  ({ method, path }: ProxiedRequest): boolean =>
    method === 'PATCH' && path.includes(`/namespaces/tenant-${tenant}/${plural}/`);

test.each([
  {
    what: 'an older spec',
    name: 'older',
    plural: 'resourcequotas',
    change: { resources: { memory: '1100Mi', memoryLimit: '2Gi' } },
    next: { resources: { memory: '1200Mi', memoryLimit: '3Gi' } },
  },
  {
    what: 'a feature that is off again',
    name: 'off-again',
    plural: 'ingresses',
    change: { access: { ingress: { host: 'off-again.example.com' } } },
    next: { access: null },
  },
])('a write of a frozen leader that arrives late, with $what, is put right by the next leader', async (given) => {
  const { plane, fresh } = fleet();
  const { name, plural, change, next } = given;
  await createObject(plane, 'TenantGateway', { name });
  await untilState(plane, name, isReady);
  const held = await heldWrite(isApplyOf(plural, name), () => changeSpec(plane, name, change));
  runners().process(held.userAgent).freeze();
  await changeSpec(plane, name, next);
  await untilState(plane, name, isReady);
  expect(await runners().leader()).not.toBe(held.userAgent);
  await held.release();
  runners().process(held.userAgent).resume();

  await createObject(fresh, 'TenantGateway', { name });
  await changeSpec(fresh, name, next);
  await expectState(plane, name, { wanted: await freshState(fleet(), name) });
});

test('a write of a frozen leader that arrives when its tenant is gone leaves nothing behind', async () => {
  const { plane, fresh } = fleet();
  const name = 'gone-meanwhile';
  await createObject(plane, 'TenantGateway', { name });
  await untilState(plane, name, isReady);
  const held = await heldWrite(isApplyOf('ingresses', name), () =>
    changeSpec(plane, name, { access: { ingress: { host: 'gone-meanwhile.example.com' } } }),
  );
  runners().process(held.userAgent).freeze();
  await deleteTenant(plane, name);
  await untilState(plane, name, isDeleted);
  await held.release();
  runners().process(held.userAgent).resume();

  await createObject(fresh, 'TenantGateway', { name });
  await freshState(fleet(), name);
  await deleteTenant(fresh, name);
  await expectState(plane, name, { wanted: await freshState(fleet(), name, isDeleted), seconds: 10 });
});

/** A write that lies on the wire. */
interface HeldWrite {
  readonly userAgent: string;
  /** Lets it arrive; settles when the API server has answered it. */
  readonly release: () => Promise<void>;
}

/** Holds the first write that fits, after `act`. */
async function heldWrite(fits: (request: ProxiedRequest) => boolean, act: () => Promise<void>): Promise<HeldWrite> {
  const arrived = Promise.withResolvers<string>();
  const released = Promise.withResolvers<undefined>();
  const judge: Judge = (request) => {
    if (!fits(request)) return undefined;
    runners().also = () => undefined;
    arrived.resolve(request.userAgent);
    return {
      type: 'meet',
      when: 'before',
      meet: async () => {
        await released.promise;
        return 'go-on';
      },
    };
  };
  runners().also = judge;
  await act();
  const userAgent = await arrived.promise;
  return {
    userAgent,
    release: async () => {
      released.resolve(undefined);
      await sleep(300);
    },
  };
}
