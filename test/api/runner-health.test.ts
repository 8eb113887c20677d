import { expect, test } from '@jest/globals';
import { ConnectionError } from '../../runner/kube/api-error.ts';
import type { Send } from '../../runner/kube/send.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { installPlatform } from './support/installed-platform.ts';
import { createObject, eventually, startTestRunner } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();

test('API trouble fails /readyz, which names the kinds that are not listed, and never /livez', async () => {
  await installPlatform(plane());
  await createObject(plane(), 'TenantGateway', { name: 'acme' });
  let broken = ['/api/v1/services', '/apis/apps/v1/statefulsets'];
  const wrap =
    (send: Send): Send =>
    (request) =>
      broken.includes(request.path) || broken.includes(request.method)
        ? Promise.reject(new ConnectionError(request.path, 'injected', undefined))
        : send(request);
  await using runner = await startTestRunner(plane(), { wrap });

  await eventually(async () => (await runner.probe('/readyz')).text === 'not listed yet: Service, StatefulSet\n');
  expect((await runner.probe('/readyz')).status).toBe(503);
  expect(await runner.probe('/livez')).toEqual({ status: 200, text: 'ok\n' });

  broken = ['PATCH', 'POST'];
  await eventually(async () => (await runner.probe('/readyz')).status === 200);
  await eventually(async () => (await runner.metric('cellwright_passes_total{outcome="retry"}')) > 1);
  expect(await runner.probe('/livez')).toEqual({ status: 200, text: 'ok\n' });
});
