/** What a person reads when a command could not finish. */

/** One paragraph: our errors by their text, others with what is known of them. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) {
    return `cellwright: ${String(error)}`;
  }
  const { code } = error as { readonly code?: unknown };
  // Our errors and those of the operating system have a code and a text for people; anything else is a defect.
  return typeof code === 'string'
    ? `cellwright: ${error.message}`
    : `cellwright: unexpected: ${error.stack ?? error.message}`;
}
