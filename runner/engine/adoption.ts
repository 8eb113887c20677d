/** An object that has the name that we want, and is not ours to take. */
import type { LiveObject } from '../kube/live-object.ts';
import type { WantedObject } from './wanted.ts';

/** Judges an object that was there before us: why it may not be taken, or undefined when it may. */
export type Adoption = (live: LiveObject, wanted: WantedObject) => string | undefined;

/** The name is taken by an object that we may not touch. */
export class ForeignObjectError extends Error {
  readonly code = 'engine.foreign-object';
  /** `Namespace/tenant-acme` */
  readonly key: string;

  constructor(key: string, problem: string) {
    super(`${key} exists and is not ours to take: ${problem}`);
    this.name = 'ForeignObjectError';
    this.key = key;
  }
}
