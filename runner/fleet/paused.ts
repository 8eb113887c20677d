/** The word that keeps the runner from a tenant. */

/** Annotation that stops the runner from touching a tenant; any value but `false`. */
export const pausedAnnotation = 'cellwright.dev/paused';
