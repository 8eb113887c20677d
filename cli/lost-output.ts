/** What a command does when it can no longer write. */
import { exitCode } from './exit-code.ts';
import { explainFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

/**
 * From now on, a reader that leaves before the end (`| head -1`, `| grep -q`) ends nothing: the command goes on to its exit
 * code, which is the answer. Output that is lost in another way (a full disk) ends it as failed: exit code 1 would be taken
 * for an answer, too.
 */
export function outliveReaders({ out, err }: Terminal): void {
  for (const stream of [out, err]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') {
        err.write(`${explainFailure(error)}\n`);
        process.exit(exitCode.failed);
      }
    });
  }
}
