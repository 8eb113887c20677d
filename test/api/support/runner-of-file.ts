/** One runner for all tests of a file, which they may stop and start anew. */
import { afterAll, beforeAll } from '@jest/globals';
import type { RunnerOptions } from '../../../runner/fleet/options.ts';
import type { TestControlPlane } from './control-plane.ts';
import { installPlatform } from './installed-platform.ts';
import { startTestRunner } from './running-fleet.ts';
import type { TestRunner } from './running-fleet.ts';

/** The runner that runs, or ran last. */
export interface RunnerOfFile extends Pick<TestRunner, 'settled' | 'passes' | 'metric' | 'stop'> {
  /** Starts another; the one before is stopped, where it is not yet. */
  readonly startAnew: (overrides?: Partial<RunnerOptions>) => Promise<void>;
}

/**
 * Call it at the top level of a file, below its control plane and above what needs the runner.
 * @param start by which the first one begins @default - on a platform that is installed for it
 */
export function runnerOfFile(
  plane: () => TestControlPlane,
  start: (plane: TestControlPlane) => Promise<TestRunner> = startWithPlatform,
): RunnerOfFile {
  let last: TestRunner | undefined;
  const current = (): TestRunner => {
    if (last === undefined) throw new Error('the runner of this file did not start; its beforeAll says why');
    return last;
  };
  beforeAll(async () => {
    last = await start(plane());
  });
  afterAll(async () => {
    await last?.stop();
  });
  return {
    settled: () => current().settled(),
    passes: () => current().passes(),
    metric: (name) => current().metric(name),
    stop: () => current().stop(),
    startAnew: async (overrides) => {
      await current().stop();
      last = await startTestRunner(plane(), overrides);
    },
  };
}

/** A runner on a platform that is installed for it. */
export async function startWithPlatform(
  plane: TestControlPlane,
  overrides?: Partial<RunnerOptions>,
): Promise<TestRunner> {
  await installPlatform(plane);
  return startTestRunner(plane, overrides);
}
