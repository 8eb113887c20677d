/** A file that a generator makes. */
export interface GeneratedFile {
  /** Path below the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}
