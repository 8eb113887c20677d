/** One evaluation by the real `opa eval`, outside any cell. */
import { runBounded } from './bounded-child.ts';
import { moduleFolder } from './module-folder.ts';
import type { OpaFiles } from './module-folder.ts';
import { OpaError } from './opa-error.ts';

/** What is evaluated. */
export interface EvaluateOptions {
  readonly opa: string;
  /** Modules and data documents (`*.json`) by file name. */
  readonly files: OpaFiles;
  /** Rego, for example `data.cellwright.decision`. */
  readonly query: string;
  readonly input: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The value of a query, undefined when Rego has none. Errors of built-ins end it, as they do in a cell.
 * @throws OpaError `opa.failed` with opa's report, see also `runBounded`
 */
export async function evaluate({ opa, files, query, input, signal }: EvaluateOptions): Promise<unknown> {
  await using loaded = await moduleFolder(files);
  await using besides = await moduleFolder({ 'input.json': JSON.stringify(input) });
  const { code, stdout, stderr } = await runBounded({
    command: opa,
    args: [
      'eval',
      '--format=json',
      '--strict-builtin-errors',
      `--data=${loaded.path}`,
      `--input=${besides.path}/input.json`,
      query,
    ],
    signal,
  });
  if (code !== 0) {
    throw new OpaError('opa.failed', `opa eval ${query}: ${(stdout + stderr).slice(0, 2000)}`);
  }
  const { result } = JSON.parse(stdout) as { result?: { expressions: { value: unknown }[] }[] };
  return result?.[0]?.expressions[0]?.value;
}
