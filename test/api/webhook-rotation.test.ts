/** Certificates change while the API server asks, and nobody notices. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { beforeAll, expect, test } from '@jest/globals';
import { webhookTimeoutSeconds } from '../../constructs/platform/admission/webhook.ts';
import { certificatesOf } from '../../runner/admission/ca-bundle.ts';
import type { AdmissionJudge } from '../../runner/admission/review.ts';
import type { Cluster } from '../../runner/kube/cluster.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { installPlatform } from './support/installed-platform.ts';
import { runnerCluster } from './support/runner-account.ts';
import { eventually, mergePatch, ours, createObject } from './support/running-fleet.ts';
import {
  balance,
  register,
  registeredBundle,
  startTestWebhook,
  untilAsked,
  untilRegistered,
} from './support/webhook.ts';

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
/** How long the writes go on, in milliseconds: at least so long that certificates rotate, and not longer than the test has time. */
const streamMs = { least: 32_000, most: 120_000 };
/** Handshakes that must have been judged. */
const enoughJudged = 40;
/** Two at first, and at least two more for each replica. */
const enoughCertificates = 6;

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
  await untilRegistered(plane(), 2);
  await eventually(() => Promise.resolve((first.notReadyBecause() ?? second.notReadyBecause()) === undefined));
  await untilAsked(plane(), () => Promise.resolve(first.asked.length + second.asked.length));
  for (let index = 0; index < 4; index += 1)
    await createObject(plane(), 'TenantGateway', { name: `stream-${index}`, spec: { organization: 'o' } });

  const reviews = (): number => first.asked.length + second.asked.length;
  const before = reviews();
  const began = performance.now();
  const seen = new Set<string>();
  let judged = 0;
  let writes = 0;
  let late = 0;
  // A machine that stalls gets through with less of it in the same time.
  const isOver = (): boolean => {
    const ms = performance.now() - began;
    const isEnough = judged > enoughJudged && seen.size >= enoughCertificates;
    return ms > streamMs.most || (ms > streamMs.least && isEnough);
  };
  const write = async (index: number): Promise<void> => {
    for (let round = 0; !isOver(); round += 1) {
      const sent = performance.now();
      try {
        await mergePatch(plane(), ours('TenantGateway', `stream-${index}`), { spec: { team: `t${round}` } });
        writes += 1;
      } catch (error) {
        // The machine stalled: no webhook answers in time then, whatever its certificate.
        if (performance.now() - sent < webhookTimeoutSeconds * 1000) throw error;
        late += 1;
      }
    }
  };
  const readLate = async (): Promise<void> => {
    while (!isOver()) {
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
    `${writes} writes, ${late} too late, ${first.asked.length}+${second.asked.length} reviews, ${seen.size} certificates\n`,
  );
  expect(reviews() - before).toBeGreaterThanOrEqual(writes);
  expect(judged).toBeGreaterThan(enoughJudged);
  expect(seen.size).toBeGreaterThanOrEqual(enoughCertificates);
  expect(certificatesOf(await registeredBundle(plane())).length).toBeLessThanOrEqual(4);
});
