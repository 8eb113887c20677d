/**
 * What there is once in a process. OpenClaw registers a plugin again when it discovers plugins for a run, each time from a
 * module of its own: numbers would be split between the two, and each would watch for an idle gateway by half of its runs.
 */
import { createMetrics } from './metrics.js';

const key = Symbol.for('cellwright-guard');

/**
 * @returns {{ metrics: import('./host.d.ts').Metrics, runs: Set<string>, judged: Map<string, string>, watch?: NodeJS.Timeout }}
 *   counters, runs under way, parameters of calls that policy has passed by the call's id, and the watch over credentials
 */
export function once() {
  const held = /** @type {Record<symbol, ReturnType<typeof once> | undefined>} */ (/** @type {unknown} */ (globalThis));
  held[key] ??= { metrics: createMetrics(), runs: new Set(), judged: new Map() };
  return held[key];
}
