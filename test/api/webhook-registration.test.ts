/** The registration of a replica's CA, by the runner itself with its own token, behind the walls around its account. */
import { beforeAll, expect, test } from '@jest/globals';
import { platformNames } from '../../constructs/platform/labels.ts';
import { certificatesOf } from '../../runner/admission/ca-bundle.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { wallOf } from './support/people/attack.ts';
import { installPlatform } from './support/installed-platform.ts';
import { runnerClient, runnerCluster } from './support/runner-account.ts';
import { eventually, mergePatch, startTestRunner } from './support/running-fleet.ts';
import type { TestRunner } from './support/running-fleet.ts';
import { configurationPath, register, registeredBundle } from './support/webhook.ts';

const plane = controlPlaneOfFile();
const role = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${platformNames.runner}`;
const admission = { address: '127.0.0.1:0', names: ['127.0.0.1'], spreadMs: 200, lingerMs: 0 };
const registered = async (): Promise<number> => certificatesOf(await registeredBundle(plane())).length;

beforeAll(async () => {
  await installPlatform(plane());
  // Nothing that is judged is written here.
  await register(plane(), '127.0.0.1:1', 'Ignore');
});

/** What an attempt of the runner's account to change the configuration is answered. */
async function attemptOfRunner(body: object): Promise<string> {
  const account = await runnerClient(plane());
  const contentType = 'application/merge-patch+json';
  return wallOf(await account.send({ method: 'PATCH', path: `${configurationPath}?dryRun=All`, body, contentType }));
}

const start = async (overrides: { userAgent?: string } = {}): Promise<TestRunner> =>
  startTestRunner(plane(), { cluster: await runnerCluster(plane()), admission, ...overrides });

test('the walls let a runner put its CA in and take it out, and nothing else', async () => {
  expect(await attemptOfRunner({ metadata: { labels: { taken: 'over' } } })).toBe('cellwright-runner-webhooks');
  const requests = await plane().audit.during(async () => {
    await using first = await start();
    await eventually(async () => (await registered()) === 1);
    await eventually(async () => (await first.probe('/readyz')).status === 200);
    await using second = await start();
    await eventually(async () => (await registered()) === 2);
    const [ofFirst] = certificatesOf(await registeredBundle(plane()));
    await second.stop();
    expect(certificatesOf(await registeredBundle(plane())).map(String)).toEqual([String(ofFirst)]);
    await first.stop();
    expect(await registeredBundle(plane())).toBeUndefined();
  });
  const user = `system:serviceaccount:${platformNames.namespace}:${platformNames.runner}`;
  const own = requests.filter((request) => request.user === user && request.uri.includes(platformNames.webhooks));
  expect(own.filter(({ status }) => status === 403)).toEqual([]);
});

test('a replica whose CA cannot be written is not ready and says why, until it is in', async () => {
  interface Rule {
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }
  const { rules } = (await plane().admin.object({ path: role })) as unknown as { rules: readonly Rule[] };
  const without = rules.map(({ verbs, ...rule }) => ({
    ...rule,
    verbs: rule.resources.includes('validatingwebhookconfigurations') ? ['list', 'watch'] : verbs,
  }));
  expect(without).not.toEqual(rules);
  await mergePatch(plane(), role, { rules: without });
  await eventually(async () => (await attemptOfRunner({})) === 'RBAC');

  // By another name: for the runner's own, a denied request is a fault of the whole run.
  await using runner = await start({ userAgent: 'replica-without-right' });
  const missing = `ValidatingWebhookConfiguration ${platformNames.webhooks} does not have the CA of this replica yet\n`;
  const reason = async (): Promise<string> => (await runner.probe('/readyz')).text;
  // First it waits for its caches.
  await eventually(
    async () => (await reason()) === missing,
    () => 'the CA is not what is missing',
  );
  await runner.settled();
  // The work on tenants needs no webhook, and goes on.
  expect(await runner.metric('cellwright_leading')).toBe(1);
  expect(await runner.probe('/readyz')).toEqual({ status: 503, text: missing });
  expect((await runner.probe('/livez')).status).toBe(200);
  expect(await registeredBundle(plane())).toBeUndefined();

  await mergePatch(plane(), role, { rules });
  await eventually(
    async () => (await runner.probe('/readyz')).status === 200,
    () => 'it did not become ready',
  );
  expect(await registered()).toBe(1);
});
