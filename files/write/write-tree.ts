/** A whole tree in one call. */
import type { OutputFile } from './output-file.ts';
import { OutputTree } from './output-tree.ts';
import type { TreeReport } from './output-tree.ts';

/**
 * Writes files as they come, holding none of them in memory. When the source of the files throws, the output folder stays
 * as it was.
 */
export async function writeTree(
  folder: string,
  files: Iterable<OutputFile> | AsyncIterable<OutputFile>,
): Promise<TreeReport> {
  const tree = new OutputTree(folder);
  try {
    for await (const file of files) {
      tree.write(file);
    }
    return tree.commit();
  } catch (error) {
    tree.abort();
    throw error;
  }
}
