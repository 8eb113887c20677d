/** The authoritative check of Rego: the real `opa check --strict`. */
import path from 'node:path';
import { runBounded } from './bounded-child.ts';
import type { ChildRoom } from './child-room.ts';
import { moduleFolder } from './module-folder.ts';
import type { OpaFiles } from './module-folder.ts';
import { OpaError } from './opa-error.ts';

/** One thing that opa refuses. */
export interface OpaFinding {
  /** File name as it was given; empty when opa names none. */
  readonly file: string;
  /** One-based; 0 when opa names none. */
  readonly row: number;
  readonly column: number;
  /** For example `rego_type_error`. */
  readonly code: string;
  readonly message: string;
}

/** What is checked together. */
export interface CheckOptions {
  /** The program, as `findOpa` returns it. */
  readonly opa: string;
  readonly modules: OpaFiles;
  /** Built-ins that may be used, as `opa capabilities` prints them. */
  readonly capabilities: string;
  /** @default - that of a command */
  readonly room?: ChildRoom | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks modules as a whole; an empty list means that opa accepts them.
 * @throws OpaError when opa itself fails, see `runBounded`
 */
export async function checkModules({ capabilities, ...options }: CheckOptions): Promise<OpaFinding[]> {
  await using besides = await moduleFolder({ 'capabilities.json': capabilities });
  const flags = ['--strict', `--capabilities=${besides.path}/capabilities.json`];
  return await check(options, flags);
}

/**
 * What keeps modules from being compiled, with everything that opa has; style is their author's own.
 * @throws OpaError when opa itself fails, see `runBounded`
 */
export function compileModules(options: Omit<CheckOptions, 'capabilities'>): Promise<OpaFinding[]> {
  return check(options, []);
}

async function check(
  { opa, modules, room, signal }: Omit<CheckOptions, 'capabilities'>,
  flags: readonly string[],
): Promise<OpaFinding[]> {
  await using rego = await moduleFolder(modules);
  const args = ['check', '--format=json', ...flags, rego.path];
  const { code, stdout, stderr } = await runBounded({ command: opa, args, room, signal });
  return code === 0 ? [] : findingsOf(stderr + stdout);
}

interface Report {
  readonly errors?: readonly {
    readonly message: string;
    readonly code?: string;
    readonly location?: { readonly file?: string; readonly row?: number; readonly col?: number };
  }[];
}

/** The findings in a report of opa, `{"errors": [...]}`. */
export function findingsOf(text: string): OpaFinding[] {
  let report: Report;
  try {
    report = JSON.parse(text) as Report;
  } catch (cause) {
    throw new OpaError('opa.failed', `opa printed no report: ${text.slice(0, 500)}`, cause);
  }
  const { errors } = report;
  if (errors === undefined || errors.length === 0) {
    throw new OpaError('opa.failed', `opa failed and named no error: ${text.slice(0, 500)}`);
  }
  return errors.map(({ message, code, location }) => ({
    file: path.basename(location?.file ?? ''),
    row: location?.row ?? 0,
    column: location?.col ?? 0,
    code: code ?? 'opa_error',
    message,
  }));
}
