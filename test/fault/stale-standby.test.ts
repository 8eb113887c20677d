/** A standby whose watches have died without a word takes over. */
import { expect, test } from '@jest/globals';
import { createObject, eventually, ours } from '../api/support/running-fleet.ts';
import { isFleetWrite } from './support/audited-writes.ts';
import { electedRunnersOfFile, longElection } from './support/elected-runners.ts';
import { isWatch } from './support/faults.ts';
import { isReady, provenFleetOfFile, untilState } from './support/proven-fleet.ts';
import { changeSpec } from './support/tenants.ts';

const fleet = provenFleetOfFile();
const runners = electedRunnersOfFile(fleet, longElection);
const name = 'late';
/** Longer than anything here takes, in milliseconds. */
const silenceMs = 30_000;

/** Puts a standby in the place of the present one that is told of what is wanted at its start, and then of nothing. */
async function startDeafStandby(leader: string): Promise<string> {
  await runners().end(runners().standby(leader) ?? '', 'terminate');
  const deaf = new Set<string>();
  let isOpening = true;
  const next = runners().start();
  runners().also = (request) => {
    const isInput = [ours('TenantGateway'), ours('GatewayProfile'), ours('PolicyBundle')].includes(request.path);
    if (!isOpening || request.userAgent !== next || !isInput || !isWatch(request)) return undefined;
    deaf.add(request.path);
    return { type: 'watch', faults: { next: () => ({ type: 'delay', ms: silenceMs }) } };
  };
  await eventually(
    () => Promise.resolve(deaf.size === 3),
    () => `the standby watches ${[...deaf].join(', ')}`,
  );
  isOpening = false;
  return next;
}

test('it does not set back what the leader before has changed', async () => {
  const { plane } = fleet();
  await createObject(plane, 'TenantGateway', { name });
  await untilState(plane, name, isReady);
  const leader = await runners().leading();
  const next = await startDeafStandby(leader);
  await changeSpec(plane, name, { policy: { tools: { deny: ['exec'] } }, resources: { memory: '1100Mi' } });
  await untilState(plane, name, isReady);
  const requests = await plane.audit.during(async () => {
    await runners().end(leader, 'terminate');
    await runners().process(next).settled;
  });
  expect(await runners().leading()).toBe(next);
  const writes = requests.filter((request) => request.userAgent === next && isFleetWrite(request));
  expect(writes.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([]);
});
