/** The runner's log: one JSON line an event for machines, one readable line for people. */
import { pino } from 'pino';
import type { Logger } from 'pino';

/** What the runner logs to; `child` adds fields to every line, such as the id of a pass. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

/** How to log. */
export interface LogOptions {
  /** Least important level that is written. @default info */
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Lines for people instead of JSON; usually whether the stream is a terminal. */
  readonly readable: boolean;
  readonly stream: { write: (line: string) => unknown };
}

/** Logs to a stream; times are UTC, RFC 3339. */
export function createLog({ level = 'info', readable, stream }: LogOptions): Log {
  const destination = readable ? { write: (line: string): unknown => stream.write(readableLine(line)) } : stream;
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}

function readableLine(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  return (
    `${String(time).slice(11, 19)} ${String(level).toUpperCase().padEnd(5)} ${String(msg)}  ${rest.join(' ')}`.trimEnd() +
    '\n'
  );
}

function shown(value: unknown): string {
  if (typeof value === 'string') return /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value === 'object' && value !== null && 'message' in value) return JSON.stringify(value.message);
  return JSON.stringify(value);
}
