/** Certificates change while the API server asks, and nobody notices. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { beforeAll, expect, test } from '@jest/globals';
import { certificatesOf } from '../../runner/admission/ca-bundle.ts';
import type { AdmissionJudge } from '../../runner/admission/review.ts';
import type { Cluster } from '../../runner/kube/cluster.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { installPlatform } from './support/installed-platform.ts';
import { runnerCluster } from './support/runner-account.ts';
import { eventually, mergePatch, ours, createObject } from './support/running-fleet.ts';
import { balance, register, registeredBundle, startTestWebhook, untilAsked } from './support/webhook.ts';

const plane = controlPlaneOfFile();
let cluster: Cluster;

beforeAll(async () => {
  await installPlatform(plane());
  cluster = await runnerCluster(plane());
});

const allow: AdmissionJudge = () => Promise.resolve({ problems: [], warnings: [] });

/** How late an API server may be in the test, in milliseconds; the webhook waits longer. */
const lateMs = 500;
const pace = { certificateLifeMs: 16_000, spreadMs: 1000 };

/** The certificate that is served, judged as an API server does that read the bundle some time ago. */
function handshake(address: string, bundle: string): Promise<string> {
  const ca = certificatesOf(bundle).map((certificate) => certificate.toString());
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), ca }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.end();
    });
    socket.on('error', reject);
  });
}

test('rotation of two replicas under a stream of writes: none is refused, none fails', async () => {
  await using first = await startTestWebhook(cluster, allow, pace);
  await using second = await startTestWebhook(cluster, allow, pace);
  await using service = await balance([first.address, second.address]);
  await using _registered = await register(plane(), service.address, 'Fail');
  await eventually(() => Promise.resolve((first.notReadyBecause() ?? second.notReadyBecause()) === undefined));
  await untilAsked(plane(), () => Promise.resolve(first.asked.length + second.asked.length));
  for (let index = 0; index < 4; index += 1)
    await createObject(plane(), 'TenantGateway', { name: `stream-${index}`, spec: { organization: 'o' } });

  const reviews = (): number => first.asked.length + second.asked.length;
  const before = reviews();
  const until = Date.now() + 32_000;
  const seen = new Set<string>();
  let judged = 0;
  let writes = 0;
  const write = async (index: number): Promise<void> => {
    for (let round = 0; Date.now() < until; round += 1) {
      await mergePatch(plane(), ours('TenantGateway', `stream-${index}`), {
        spec: { team: `t${round}` },
      });
      writes += 1;
    }
  };
  const readLate = async (): Promise<void> => {
    while (Date.now() < until) {
      const read = performance.now();
      const bundle = (await registeredBundle(plane())) ?? '';
      await sleep(lateMs);
      for (const address of [first.address, second.address]) {
        const certificate = await handshake(address, bundle).catch((error: unknown) => {
          // The machine stalled: no API server is promised so much time.
          if (performance.now() - read < pace.spreadMs) throw error;
        });
        if (certificate === undefined) continue;
        seen.add(certificate);
        judged += 1;
      }
    }
  };
  await Promise.all([...[0, 1, 2, 3].map(write), readLate(), readLate()]);
  process.stderr.write(
    `${writes} writes, ${first.asked.length}+${second.asked.length} reviews, ${seen.size} certificates\n`,
  );
  expect(reviews() - before).toBeGreaterThanOrEqual(writes);
  expect(judged).toBeGreaterThan(40);
  // Two at first, and at least two more for each replica.
  expect(seen.size).toBeGreaterThanOrEqual(6);
  expect(certificatesOf(await registeredBundle(plane())).length).toBeLessThanOrEqual(4);
});
