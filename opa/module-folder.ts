/** Files for opa, which reads nothing else. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OpaError } from './opa-error.ts';

/** Texts by file name: Rego modules, data documents. Names are plain file names. */
export type OpaFiles = Readonly<Record<string, string>>;

/** A folder with files in it, removed when it goes out of scope. */
export interface ModuleFolder extends AsyncDisposable {
  readonly path: string;
}

/** Writes the files into a folder of their own, under the system's folder for temporary files. */
export async function moduleFolder(files: OpaFiles): Promise<ModuleFolder> {
  const names = Object.keys(files).map(requirePlainName);
  const folder = await mkdtemp(path.join(tmpdir(), 'cellwright-rego-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await Promise.all(names.map((name) => writeFile(path.join(folder, name), files[name] ?? '')));
  } catch (cause) {
    await remove();
    throw new OpaError('opa.failed', `the modules could not be written below ${tmpdir()}`, cause);
  }
  return { path: folder, [Symbol.asyncDispose]: remove };
}

function requirePlainName(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) {
    throw new OpaError('opa.failed', `"${name}" is not a plain file name for a Rego module`);
  }
  return name;
}
