/** A wrong engine or wall, and the test that must catch it. */

/** One small change away from what is right. */
export interface Mutant {
  /** What it does wrong. */
  readonly name: string;
  /** From the root. */
  readonly file: string;
  /** Text that is in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly test: CatchingTest;
}

/** Where it must show. */
export interface CatchingTest {
  readonly layer: 'unit' | 'api' | 'fault';
  /** File below test/<layer>/, without its ending. */
  readonly file: string;
  /** Titles of the tests that run, in order; the last is the one that catches it, the others lead up to it. */
  readonly titles: readonly string[];
}

/** A test of the layer, with those that lead up to it before it. */
export const unit = (file: string, ...titles: string[]): CatchingTest => ({ layer: 'unit', file, titles });
export const fault = (file: string, ...titles: string[]): CatchingTest => ({ layer: 'fault', file, titles });
export const api = (file: string, ...titles: string[]): CatchingTest => ({ layer: 'api', file, titles });
