/** The authoritative check of Rego: the real `opa check --strict`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runBounded } from './bounded-child.ts';
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
  readonly opa: string;
  /** Modules by file name; names are plain file names. */
  readonly modules: Readonly<Record<string, string>>;
  /** Built-ins that may be used, as `opa capabilities` prints them. */
  readonly capabilities: string;
  readonly signal?: AbortSignal;
}

/** Checks modules as a whole; an empty list means that opa accepts them. */
export async function checkModules({ opa, modules, capabilities, signal }: CheckOptions): Promise<OpaFinding[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cellwright-rego-'));
  try {
    const names = Object.keys(modules);
    await Promise.all(names.map((name) => writeFile(path.join(folder, plainName(name)), modules[name] ?? '')));
    const capabilitiesFile = path.join(folder, 'capabilities.json');
    await writeFile(capabilitiesFile, capabilities);
    const result = await runBounded({
      command: opa,
      args: [
        'check',
        '--strict',
        '--format=json',
        `--capabilities=${capabilitiesFile}`,
        ...names.map((name) => path.join(folder, name)),
      ],
      signal,
    });
    return result.code === 0 ? [] : findingsOf(result.stdout + result.stderr);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function plainName(name: string): string {
  if (name !== path.basename(name) || name.startsWith('.')) {
    throw new OpaError('opa.failed', `"${name}" is not a plain file name for a Rego module`);
  }
  return name;
}

interface Report {
  readonly errors?: readonly {
    readonly message: string;
    readonly code?: string;
    readonly location?: { readonly file?: string; readonly row?: number; readonly col?: number };
  }[];
}

function findingsOf(text: string): OpaFinding[] {
  let report: Report;
  try {
    report = JSON.parse(text) as Report;
  } catch (cause) {
    throw new OpaError('opa.failed', `opa check printed no report: ${text.slice(0, 500)}`, cause);
  }
  const { errors } = report;
  if (errors === undefined || errors.length === 0) {
    throw new OpaError('opa.failed', `opa check failed and named no error: ${text.slice(0, 500)}`);
  }
  return errors.map(({ message, code, location }) => ({
    file: path.basename(location?.file ?? ''),
    row: location?.row ?? 0,
    column: location?.col ?? 0,
    code: code ?? 'opa_error',
    message,
  }));
}
