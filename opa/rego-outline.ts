/** What a Rego module declares and reads. */

/** One place in a module, one-based. */
export interface RegoPlace {
  readonly row: number;
  readonly column: number;
}

/** One rule. */
export interface RegoRule extends RegoPlace {
  readonly name: string;
  /** Whether it adds to a set: `name contains member`. */
  readonly addsToSet: boolean;
}

/** One use of the data document or the question, imports included. */
export interface RootReference extends RegoPlace {
  /** Constant steps after the root, up to the first that is not constant; empty for all of it. */
  readonly path: readonly string[];
}

/** Rules and what they read from outside, in the order of the text. */
export interface RegoOutline {
  readonly rules: readonly RegoRule[];
  readonly dataReferences: readonly RootReference[];
  /** What of the question is read. */
  readonly inputReferences: readonly RootReference[];
}
