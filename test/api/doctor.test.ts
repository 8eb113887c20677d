import { beforeAll, afterAll, describe, expect, test } from '@jest/globals';
import { keepPodsReady } from '../fault/support/ready-pods.ts';
import { auditFleet, installFleet, makeRunnerReady, settleFleet, told } from './support/audited-fleet.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { cellFaults, platformFaults } from './support/planted-faults.ts';
import type { PlantedFault } from './support/planted-faults.ts';

const plane = controlPlaneOfFile();

describe('of a fleet', () => {
  let kubelet: AsyncDisposable;

  beforeAll(async () => {
    await installFleet(plane());
    kubelet = keepPodsReady(plane().client);
    await makeRunnerReady(plane());
    await settleFleet(plane());
  }, 120_000);

  // Before the control plane ends.
  afterAll(async () => {
    await kubelet[Symbol.asyncDispose]();
  });

  test('that is clean, nothing is found', async () => {
    const report = await auditFleet(plane().kubeconfigPath);
    expect([told(report), report.findings.map(({ why }) => why), report.notChecked]).toEqual([[], [], []]);
    expect(report).toMatchObject({ tenants: 3, networkPlugin: 'Cilium' });
  });

  const faults = { ...platformFaults, ...cellFaults };

  test.each(Object.keys(faults))('%s: that is found, and nothing else, until it is mended', async (what) => {
    const fault = faults[what] as PlantedFault;
    await fault.plant(plane());
    const found = await auditFleet(plane().kubeconfigPath);
    await fault.heal(plane());
    const after = await auditFleet(plane().kubeconfigPath);
    expect([told(found), found.notChecked, told(after)]).toEqual([fault.tells, [], []]);
  });
});
