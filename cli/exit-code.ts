/** Exit codes of every command, as docs/reference/cli.md promises them. */
export const exitCode = {
  /** Done, nothing to say. */
  fine: 0,
  /** Done; there are findings or differences. */
  findings: 1,
  /** The command was not called as it is meant. */
  usage: 2,
  /** Could not finish: no permission, no connection, a missing program. */
  failed: 3,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
