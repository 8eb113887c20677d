/** Certificates whose CA cannot be registered: nobody puts them to use, and readiness says so. */
import { expect, test } from '@jest/globals';
import { Registration } from '../../runner/admission/registration.ts';
import type { RegistrationDeps } from '../../runner/admission/registration.ts';
import { rotate } from '../../runner/admission/rotate.ts';
import { makeServingCertificate } from '../../runner/admission/serving-certificate.ts';
import type { ServingCertificate } from '../../runner/admission/serving-certificate.ts';
import { startAdmission } from '../../runner/admission/start-admission.ts';
import { KubeClient } from '../../runner/kube/client.ts';
import type { Send } from '../../runner/kube/send.ts';
import { createLog } from '../../runner/telemetry/log.ts';
import { createMetrics } from '../../runner/telemetry/metrics.ts';
import { ManualClock } from './runner-support/manual-clock.ts';

const day = 86_400_000;
const names = ['127.0.0.1'];

/** An API server that cannot be reached: no answer, ever. */
const silence: Send = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));

function depsAt(clock: ManualClock): RegistrationDeps & { readonly lines: string[] } {
  const lines: string[] = [];
  const log = createLog({ level: 'info', readable: false, stream: { write: (line) => lines.push(line) } });
  const client = new KubeClient(silence, () => undefined, 'test');
  return { client, clock, random: () => 0.5, log, observe: () => undefined, lines };
}

test('a certificate whose CA was not registered for half of its life is given up for a fresh one, after a pause', async () => {
  const clock = new ManualClock();
  const made: ServingCertificate[] = [];
  for (const days of [0, 3.5, 7, 10.5])
    made.push(await makeServingCertificate({ names, now: days * day, lifeMs: 7 * day }));
  const [first, ...others] = made as [ServingCertificate, ...ServingCertificate[]];
  const deps = depsAt(clock);
  const registration = new Registration({ configuration: 'c', webhook: 'w' }, deps);
  const wanted: string[][] = [];
  const used: ServingCertificate[] = [];
  let makes = 0;
  const end = new AbortController();
  const done = rotate(
    first,
    {
      ...deps,
      registration: {
        want: (certificates) => {
          wanted.push([...certificates]);
          registration.want(certificates);
        },
        settled: (...asked) => registration.settled(...asked),
      },
      make: () => Promise.resolve(others[makes++] as ServingCertificate),
      use: (certificate) => used.push(certificate),
      spreadMs: 60_000,
    },
    end.signal,
  );
  await clock.advance(7 * day);
  expect(makes).toBe(1);
  await clock.advance(60_000);
  expect(makes).toBe(2);
  expect(wanted).toEqual([
    [first.ca, others[0]?.ca],
    [first.ca, others[1]?.ca],
  ]);
  expect(used).toEqual([]);
  expect(deps.lines.join('')).toContain('admission.registration-late');
  end.abort(new Error('the test is over'));
  await done;
  expect(clock.nextIn).toBeUndefined();
});

test('a replica whose certificate is expired is not ready, and says why', async () => {
  const clock = new ManualClock();
  const metrics = createMetrics({ queueDepth: () => 0 });
  const admission = await startAdmission(
    { address: '127.0.0.1:0', names },
    { ...depsAt(clock), metrics, judge: () => Promise.resolve({ problems: [], warnings: [] }) },
  );
  await clock.advance(7 * day - 1);
  const before = admission.notReadyBecause();
  await clock.advance(1);
  const expired = admission.notReadyBecause();
  const closed = new AbortController();
  const closing = admission.close().finally(() => closed.abort());
  for (let round = 0; round < 100 && !closed.signal.aborted; round += 1) await clock.advance(1000);
  await closing;
  expect(before).toContain('was not read yet');
  expect(expired).toBe('the certificate of the webhook expired at 1970-01-08T00:00:00.000Z and could not be replaced');
});
