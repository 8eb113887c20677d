/** Progress of what takes minutes the first time. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
