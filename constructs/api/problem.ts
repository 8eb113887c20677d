/**
 * One thing wrong with one object, as data: the CLI, the runner and the webhook each print it in their own frame.
 */
export interface Problem {
  /** Stable identifier, for example `schema.type` or `fleet.profile-missing`; docs/reference/errors.md lists them all. */
  readonly code: string;
  /** Field path from the object's root, `spec.credentials[1].secretRef.key`; `''` means the object as a whole. */
  readonly path: string;
  /** What is wrong, with the value that came. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
}
