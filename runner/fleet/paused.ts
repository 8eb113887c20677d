/** The word that keeps the runner from a tenant. */
import type { LiveObject } from '../kube/live-object.ts';

/** Annotation that stops the runner from touching a tenant; any value but `false`. */
export const pausedAnnotation = 'cellwright.dev/paused';

/** Whether the word is said. */
export function isPaused({ metadata }: LiveObject): boolean {
  return (metadata.annotations?.[pausedAnnotation] ?? 'false') !== 'false';
}
