/**
 * Our CAs in the ValidatingWebhookConfiguration: one watch of that one object, and a write when they are not as they should be.
 * Writes name the version that they go by, so that of replicas that write at once each has its turn. An object that is not there
 * (the platform was applied without it) is waited for.
 */
import { isConflict } from '../kube/api-error.ts';
import { backoffMs } from '../kube/backoff.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import { sleep } from '../kube/clock.ts';
import type { LiveObject } from '../kube/live-object.ts';
import { ObjectStore } from '../kube/object-store.ts';
import type { Stored } from '../kube/object-store.ts';
import { Reflector } from '../kube/reflector.ts';
import type { ReflectorEvent } from '../kube/reflector.ts';
import type { Log } from '../telemetry/log.ts';
import { hasCertificate, mergedBundle } from './ca-bundle.ts';

/** Which webhook. */
export interface WebhookName {
  /** Of the ValidatingWebhookConfiguration. */
  readonly configuration: string;
  /** Of the webhook in it. */
  readonly webhook: string;
}

/** What a registration works with. */
export interface RegistrationDeps {
  readonly client: Pick<KubeClient, 'list' | 'watch' | 'jsonPatch'>;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly observe: (event: ReflectorEvent) => void;
}

/** `unknown`: not read yet. `absent`: there is no such webhook, so nobody asks us. */
export type Trust = 'unknown' | 'absent' | 'untrusted' | 'trusted';

const resource = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  namespaced: false,
};

/** Time between writes in milliseconds, however often somebody takes the CAs away. */
const spacingMs = 1000;
const bounds = { firstMs: 100, longestMs: 30_000 };

interface Registered extends Stored {
  /** Place of the webhook in its list; -1 when it is not there. */
  readonly index: number;
  readonly bundle: string | undefined;
}

/** See above. */
export class Registration {
  readonly #name: WebhookName;
  readonly #deps: RegistrationDeps;
  readonly #store: ObjectStore<Registered>;
  #wanted: readonly string[] = [];
  readonly #retired = new Set<string>();
  #isRead = false;
  #change = Promise.withResolvers<undefined>();

  constructor(name: WebhookName, deps: RegistrationDeps) {
    this.#name = name;
    this.#deps = deps;
    this.#store = new ObjectStore(() => this.#changed());
  }

  /** These CAs should be there, and no others of ours. */
  want(certificates: readonly string[]): void {
    for (const before of this.#wanted) if (!certificates.includes(before)) this.#retired.add(before);
    this.#wanted = certificates;
    this.#changed();
  }

  /** Whether the API server takes what this CA signed. */
  trustOf(certificate: string): Trust {
    if (!this.#isRead) return 'unknown';
    const registered = this.#registered();
    if (registered === undefined) return 'absent';
    return hasCertificate(registered.bundle, certificate) ? 'trusted' : 'untrusted';
  }

  /** Settles when the CA has been there for a time, or there has been nowhere to put it. */
  async settled(certificate: string, holdMs: number, signal: AbortSignal): Promise<void> {
    const isSettled = (): boolean => ['trusted', 'absent'].includes(this.trustOf(certificate));
    do {
      await this.#until(isSettled, signal);
      await sleep(this.#deps.clock, holdMs, signal);
    } while (!isSettled());
  }

  /** Settles when what should be there is, and nothing else of ours. */
  async written(signal: AbortSignal): Promise<void> {
    await this.#until(() => this.#isRead && this.#missing() === undefined, signal);
  }

  /** Watches and writes until the signal is aborted; never fails. */
  async run(signal: AbortSignal): Promise<void> {
    const subject = {
      resource,
      fieldSelector: `metadata.name=${this.#name.configuration}`,
      store: this.#store,
      project: (object: LiveObject) => this.#project(object),
    };
    const reflector = new Reflector(subject, this.#deps);
    void reflector.synced.then(() => {
      this.#isRead = true;
      this.#changed();
    });
    await Promise.all([reflector.run(signal), this.#keep(signal)]);
  }

  #project({ metadata, webhooks }: LiveObject): Registered {
    const list = (webhooks ?? []) as readonly { name: string; clientConfig: { caBundle?: string } }[];
    const index = list.findIndex(({ name }) => name === this.#name.webhook);
    const { name, uid, resourceVersion } = metadata;
    return { name, uid, resourceVersion, index, bundle: list[index]?.clientConfig.caBundle };
  }

  #registered(): Registered | undefined {
    const registered = this.#store.get(this.#name.configuration);
    return registered === undefined || registered.index < 0 ? undefined : registered;
  }

  /** The bundle that should be written; undefined when the one that is there is right, or there is no webhook. */
  #missing(): { readonly registered: Registered; readonly bundle: string } | undefined {
    const registered = this.#registered();
    if (registered === undefined) return undefined;
    const own = { wanted: this.#wanted, retired: this.#retired };
    const bundle = mergedBundle(registered.bundle, own, this.#deps.clock.now());
    return bundle === (registered.bundle ?? '') ? undefined : { registered, bundle };
  }

  async #keep(signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#deps;
    let failures = 0;
    for (;;) {
      try {
        await this.#until(() => this.#missing() !== undefined, signal);
        await this.#write(signal);
        failures = 0;
        await sleep(clock, spacingMs, signal);
      } catch (error) {
        // What waits here ends by the signal.
        if (signal.aborted) return;
        failures += 1;
        const retryInMs = backoffMs(failures, bounds, random());
        if (!isConflict(error)) log.warn({ err: error, retryInMs }, 'the CA of the webhook cannot be written');
        await sleep(clock, retryInMs, signal).catch(() => signal.aborted);
      }
    }
  }

  async #write(signal: AbortSignal): Promise<void> {
    const missing = this.#missing();
    if (missing === undefined) return;
    const { registered, bundle } = missing;
    const { name, resourceVersion, index } = registered;
    const path = `/webhooks/${index}/clientConfig/caBundle`;
    const operation = bundle === '' ? { op: 'remove', path } : { op: 'add', path, value: bundle };
    const written = await this.#deps.client.jsonPatch(
      { resource, name: { name }, resourceVersion },
      [operation],
      signal,
    );
    this.#store.answered(this.#project(written));
    this.#deps.log.info({ configuration: name }, 'wrote the CAs of the webhook');
  }

  #changed(): void {
    this.#change.resolve(undefined);
    this.#change = Promise.withResolvers();
  }

  async #until(isThere: () => boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (!isThere()) await Promise.race([this.#change.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}
