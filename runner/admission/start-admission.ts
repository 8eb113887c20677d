/**
 * The validating webhook: every replica answers the API server, leader or not, with a certificate that it made itself.
 *
 * Duties: a verdict for each review, or an HTTP error in time; the CA of this replica in the webhook's configuration for as long as
 * it lives; readiness only while the API server can trust it. What keeps data safe is not here: failurePolicy is Ignore, and the
 * runner judges each object again before it uses it.
 */
import { platformNames } from '../../constructs/platform/labels.ts';
import { sleep, withDeadline } from '../kube/clock.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { Registration } from './registration.ts';
import type { RegistrationDeps } from './registration.ts';
import type { AdmissionJudge } from './review.ts';
import { rotate } from './rotate.ts';
import { makeServingCertificate } from './serving-certificate.ts';
import type { ServingCertificate } from './serving-certificate.ts';
import { startWebhookServer } from './webhook-server.ts';
import type { WebhookServer } from './webhook-server.ts';

/** What the webhook is told. */
export interface AdmissionOptions {
  /** `host:port`; an empty host means every interface, port 0 a free one. */
  readonly address: string;
  /** DNS names and IP addresses under which the API server asks: `<service>.<namespace>.svc`. */
  readonly names: readonly string[];
  /** Life of a certificate in milliseconds; another takes its place after half of it. @default 604800000 (7 days) */
  readonly certificateLifeMs?: number;
  /** Time in milliseconds in which every API server learns of a CA. @default 60000 */
  readonly spreadMs?: number;
  /** How long reviews are answered after the end was asked for, in milliseconds: until no Service names this pod. @default 5000 */
  readonly lingerMs?: number;
}

/** What it works with. */
export interface AdmissionDeps extends RegistrationDeps {
  readonly judge: AdmissionJudge;
  readonly metrics: Pick<Metrics, 'admissionReviews' | 'admissionSeconds'>;
}

/** The webhook under way. */
export interface Admission {
  /** `host:port` that it listens on. */
  readonly address: string;
  /** Why the API server cannot ask this replica; undefined when it can, or when no webhook is registered at all. */
  readonly notReadyBecause: () => string | undefined;
  /** Answers for a while longer, takes its CA out and ends. */
  readonly close: () => Promise<void>;
}

const sevenDaysMs = 7 * 86_400_000;
/** A new replica waits at most this long, in milliseconds, after its CA was written: one API server learns of it in a fraction. */
const firstSpreadMs = 3000;
/** Time to take the CA out at the end, in milliseconds; it expires by itself. */
const lastWriteMs = 3000;

/**
 * Starts it.
 * @throws AdmissionAddressError when the address cannot be used
 */
export async function startAdmission(options: AdmissionOptions, deps: AdmissionDeps): Promise<Admission> {
  const { address, names, certificateLifeMs = sevenDaysMs, spreadMs = 60_000, lingerMs = 5000 } = options;
  const make = (): Promise<ServingCertificate> =>
    makeServingCertificate({ names, now: deps.clock.now(), lifeMs: certificateLifeMs });
  const certificate = await make();
  const server = await startWebhookServer({ ...deps, address, certificate });
  const name = { configuration: platformNames.webhooks, webhook: platformNames.webhook };
  return new RunningAdmission({ certificate, server, registration: new Registration(name, deps) }, deps, {
    make,
    spreadMs,
    lingerMs,
  });
}

interface Parts {
  /** The first one. */
  readonly certificate: ServingCertificate;
  readonly server: WebhookServer;
  readonly registration: Registration;
}

interface Pace extends Required<Pick<AdmissionOptions, 'spreadMs' | 'lingerMs'>> {
  readonly make: () => Promise<ServingCertificate>;
}

class RunningAdmission implements Admission {
  readonly address: string;
  readonly #parts: Parts;
  readonly #deps: AdmissionDeps;
  readonly #lingerMs: number;
  readonly #rotation = new AbortController();
  readonly #watch = new AbortController();
  readonly #done: Promise<unknown>;
  #serving: ServingCertificate;
  /** The API server had time to read the first CA. */
  #isKnown = false;

  constructor(parts: Parts, deps: AdmissionDeps, { make, spreadMs, lingerMs }: Pace) {
    const { server, registration, certificate } = parts;
    this.address = server.address;
    this.#parts = parts;
    this.#deps = deps;
    this.#lingerMs = lingerMs;
    this.#serving = certificate;
    const use = (next: ServingCertificate): void => {
      this.#serving = next;
      // A new certificate is used when API servers know its CA, also when they never came to know the first one.
      this.#isKnown = true;
      server.use(next);
    };
    registration.want([certificate.ca]);
    this.#done = Promise.all([
      registration.run(this.#watch.signal),
      this.#untilKnown(Math.min(spreadMs, firstSpreadMs)),
      rotate(certificate, { ...deps, registration, make, use, spreadMs }, this.#rotation.signal),
    ]);
  }

  notReadyBecause(): string | undefined {
    const { notAfter, ca } = this.#serving;
    if (this.#deps.clock.now() >= notAfter) {
      return `the certificate of the webhook expired at ${new Date(notAfter).toISOString()} and could not be replaced`;
    }
    const configuration = `ValidatingWebhookConfiguration ${platformNames.webhooks}`;
    switch (this.#parts.registration.trustOf(ca)) {
      case 'unknown':
        return `${configuration} was not read yet`;
      case 'untrusted':
        return `${configuration} does not have the CA of this replica yet`;
      case 'trusted':
      case 'absent':
        return this.#isKnown ? undefined : `${configuration} was written a moment ago`;
    }
  }

  async close(): Promise<void> {
    const { server, registration } = this.#parts;
    const { clock, log } = this.#deps;
    this.#rotation.abort();
    server.drain();
    await sleep(clock, this.#lingerMs, this.#watch.signal);
    await server.close();
    registration.want([]);
    const deadline = { clock, ms: lastWriteMs, error: new Error('no time is left for it') };
    await withDeadline(deadline, this.#watch.signal, (linked) => registration.written(linked)).catch((error: unknown) =>
      log.warn({ err: error }, 'the CA of the webhook stays in its configuration until it expires'),
    );
    this.#watch.abort();
    await this.#done;
  }

  async #untilKnown(holdMs: number): Promise<void> {
    const { signal } = this.#rotation;
    await this.#parts.registration.settled(this.#serving.ca, holdMs, signal).then(
      () => {
        this.#isKnown = true;
      },
      (error: unknown) => {
        if (!signal.aborted) throw error;
      },
    );
  }
}
