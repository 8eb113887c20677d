/** The least that there is to try something on: the platform, a runner, and one tenant of which it has told. */
import type { TestControlPlane } from './control-plane.ts';
import { installPlatform } from './installed-platform.ts';
import { createObject, isObserved, startTestRunner, tenantWhen } from './running-fleet.ts';
import type { TestRunner } from './running-fleet.ts';

/** Settles when the runner has nothing more to do. */
export async function startWithTenant(plane: TestControlPlane, name: string): Promise<TestRunner> {
  await installPlatform(plane);
  const runner = await startTestRunner(plane);
  await createObject(plane, 'TenantGateway', { name });
  await tenantWhen(plane, name, isObserved);
  await runner.settled();
  return runner;
}
