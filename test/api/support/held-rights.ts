/** Rights hold a moment after they were bound. */
import type { ApiClient } from './api-client.ts';
import { eventually } from './running-fleet.ts';

/** Settles when the client may read each of these paths; one for each role that was bound. */
export async function untilAllowed(client: ApiClient, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await eventually(
      async () => (await client.send({ path })).status === 200,
      () => `${path} may still not be read`,
    );
  }
}
