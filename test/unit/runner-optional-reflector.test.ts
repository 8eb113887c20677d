import { expect, test } from '@jest/globals';
import { ApiError } from '../../runner/kube/api-error.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import { ObjectStore } from '../../runner/kube/object-store.ts';
import type { Stored } from '../../runner/kube/object-store.ts';
import { OptionalReflector } from '../../runner/kube/optional-reflector.ts';
import type { ReflectorDeps, ReflectorEvent } from '../../runner/kube/reflector.ts';
import type { WatchEvent } from '../../runner/kube/watch-stream.ts';
import { ManualClock, turn } from './runner-support/manual-clock.ts';

const route = { apiVersion: 'example.com/v1', kind: 'Route', plural: 'routes', namespaced: true };
const object = (resourceVersion: string, name: string): LiveObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Route',
  metadata: { name, uid: `uid-${name}`, resourceVersion },
});
const notFound = ApiError.fromStatus('GET', { reason: 'NotFound' }, 404);

/** A cluster in which routes may be defined, and served some time after that. */
class Cluster {
  readonly clock = new ManualClock();
  readonly asked: string[] = [];
  readonly events: ReflectorEvent[] = [];
  readonly store = new ObjectStore<Stored>(() => undefined);
  isServed = false;
  #definitions: LiveObject[] = [];
  #tell: (event: WatchEvent) => void = () => undefined;
  readonly #end = new AbortController();
  readonly #done: Promise<void>;

  constructor() {
    const reflector = new OptionalReflector(
      { resource: route, optional: true, store: this.store, project: ({ metadata }) => metadata },
      { client: this.#client(), clock: this.clock, random: () => 0, observe: (event) => this.events.push(event) },
    );
    this.#done = reflector.run(this.#end.signal);
  }

  /** The definition is there, or is another one than before. */
  async define(resourceVersion: string): Promise<void> {
    this.#definitions = [object(resourceVersion, 'routes.example.com')];
    this.#tell({ type: 'MODIFIED', object: object(resourceVersion, 'routes.example.com') });
    await turn();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#done;
  }

  #client(): ReflectorDeps['client'] {
    return {
      list: ({ kind }, { fieldSelector }) => {
        this.asked.push(kind);
        if (kind === 'CustomResourceDefinition') {
          expect(fieldSelector).toBe('metadata.name=routes.example.com');
          return Promise.resolve({ items: this.#definitions, resourceVersion: '1', next: undefined });
        }
        const items = [object('5', 'a')];
        return this.isServed
          ? Promise.resolve({ items, resourceVersion: '5', next: undefined })
          : Promise.reject(notFound);
      },
      watch: (resource, _options, signal) => this.#watch(resource.kind, signal),
    };
  }

  async *#watch(kind: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    for (;;) {
      yield await new Promise<WatchEvent>((resolve, reject) => {
        if (kind === 'CustomResourceDefinition') this.#tell = resolve;
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    }
  }
}

test('asks for nothing while its kind is not defined, whatever time passes', async () => {
  const cluster = new Cluster();
  await cluster.clock.advance(60_000);
  expect(cluster.events.map(({ type, kind }) => `${type} ${kind}`)).toContain('absent Route');
  expect(cluster.asked).toEqual(['Route', 'CustomResourceDefinition']);
  await cluster.stop();
});

test('follows its kind when that is defined, though it is served a while after', async () => {
  const cluster = new Cluster();
  await cluster.clock.advance(0);
  await cluster.define('2');
  await cluster.clock.advance(3000);
  expect(cluster.store.size).toBe(0);
  cluster.isServed = true;
  await cluster.clock.advance(30_000);
  expect([...cluster.store.values()].map(({ name }) => name)).toEqual(['a']);
  await cluster.stop();
});

test('asks a few times after each change of a definition that does not serve its version, and no more', async () => {
  const cluster = new Cluster();
  await cluster.clock.advance(0);
  await cluster.define('2');
  await cluster.clock.advance(60_000);
  const asked = cluster.asked.length;
  await cluster.clock.advance(60_000);
  expect(cluster.asked).toHaveLength(asked);
  cluster.isServed = true;
  await cluster.define('3');
  await cluster.clock.advance(1000);
  expect(cluster.store.size).toBe(1);
  await cluster.stop();
});
