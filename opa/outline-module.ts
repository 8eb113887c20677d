/** What a Rego module declares and reads, as the real `opa parse` sees it. */
import { runBounded } from './bounded-child.ts';
import { findingsOf } from './check-modules.ts';
import { verdictRoom } from './child-room.ts';
import { moduleFolder } from './module-folder.ts';
import { OpaError } from './opa-error.ts';
import { OutlineReader } from './outline-reader.ts';
import type { RegoOutline } from './rego-outline.ts';

/** What is outlined. */
export interface OutlineOptions {
  readonly opa: string;
  readonly module: string;
  readonly signal?: AbortSignal | undefined;
}

/** Characters of a syntax tree; 256 KB of ordinary Rego were measured to make 16 to 54 million. None of them is kept. */
const maxTree = 2 ** 26;
/** Such a tree takes some seconds; opa takes minutes to print one that is 4,000 brackets deep. */
const treeMs = 10_000;

/**
 * The outline of a module that `checkModules` accepts.
 * @throws OpaError `opa.failed` when opa cannot parse it, see also `runBounded`
 */
export async function outlineModule({ opa, module, signal }: OutlineOptions): Promise<RegoOutline> {
  await using folder = await moduleFolder({ 'module.rego': module });
  const reader = new OutlineReader();
  const { code, stderr } = await runBounded({
    command: opa,
    args: ['parse', '--format=json', '--json-include=locations,-comments', `${folder.path}/module.rego`],
    maxOutput: maxTree,
    timeoutMs: treeMs,
    room: verdictRoom,
    onOutput: (piece) => reader.push(piece),
    signal,
  });
  if (code !== 0) {
    const [first] = findingsOf(stderr);
    throw new OpaError('opa.failed', `opa parse: line ${first?.row ?? 0}: ${first?.message ?? 'unknown'}`);
  }
  return reader.end();
}
