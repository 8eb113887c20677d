/**
 * A new certificate before the old one is over, without one request that fails: first the new CA beside the old one, then, when
 * every API server has read that, the new certificate, and last the old CA is taken out. One that could not be registered in time is
 * given up for a fresh one, so that none is put to use at the end of its life.
 */
import type { Clock } from '../kube/clock.ts';
import { sleep, withAbort } from '../kube/clock.ts';
import type { Log } from '../telemetry/log.ts';
import type { Registration } from './registration.ts';
import type { ServingCertificate } from './serving-certificate.ts';

/** What a rotation works with. */
export interface RotationDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly registration: Pick<Registration, 'want' | 'settled'>;
  readonly make: () => Promise<ServingCertificate>;
  /** Connections from now on get this one. */
  readonly use: (certificate: ServingCertificate) => void;
  /** Time in milliseconds in which every API server learns of a change. */
  readonly spreadMs: number;
}

/** A timer stands still while a machine sleeps: look at the wall clock this often, in milliseconds. */
const lookMs = 3_600_000;
/** Time until another try, in milliseconds, when a certificate could not be made or registered. */
const retryMs = 60_000;

/** The CA of a new certificate was not registered before that one was to be replaced itself. */
export class RegistrationLateError extends Error {
  readonly code = 'admission.registration-late';

  constructor() {
    super('the CA of a new certificate could not be registered for half of its life; another one is made');
    this.name = 'RegistrationLateError';
  }
}

/** Rotates until the signal is aborted. */
export async function rotate(first: ServingCertificate, deps: RotationDeps, signal: AbortSignal): Promise<void> {
  let serving = first;
  for (;;) {
    try {
      await until(serving.renewAt, deps.clock, signal);
      serving = await replace(serving, deps, signal);
    } catch (error) {
      if (signal.aborted) return;
      deps.log.error({ err: error, retryInMs: retryMs }, 'the certificate of the webhook could not be replaced');
      await sleep(deps.clock, retryMs, signal).catch(() => signal.aborted);
    }
  }
}

async function until(time: number, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let left = time - clock.now(); left > 0; left = time - clock.now()) {
    await sleep(clock, Math.min(left, lookMs), signal);
  }
}

async function replace(
  serving: ServingCertificate,
  { clock, log, registration, make, use, spreadMs }: RotationDeps,
  signal: AbortSignal,
): Promise<ServingCertificate> {
  const next = await make();
  registration.want([serving.ca, next.ca]);
  await withAbort(signal, async (linked, abort) => {
    const isLate = until(next.renewAt, clock, linked).then(
      () => abort(new RegistrationLateError()),
      (error: unknown) => {
        if (!linked.aborted) throw error;
      },
    );
    await registration.settled(next.ca, spreadMs, linked).finally(() => abort(new Error('the CA is registered')));
    await isLate;
  });
  use(next);
  log.info('the webhook has a new certificate');
  // Handshakes that began before are over by then.
  await sleep(clock, spreadMs, signal);
  registration.want([next.ca]);
  return next;
}
