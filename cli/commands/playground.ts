/** `cellwright playground up|down|status`. */
import path from 'node:path';
import {
  defaultPlaygroundDirectory,
  playgroundDown,
  playgroundStatus,
  playgroundUp,
} from '../../playground/persistent.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { line, terminal } from '../terminal.ts';

/** Runs one of the three; results on standard output, progress beside it. */
export async function playgroundCommand(verb: 'up' | 'down' | 'status', dir: string | undefined): Promise<ExitCode> {
  const folder = path.resolve(dir ?? defaultPlaygroundDirectory(process.env));
  switch (verb) {
    case 'up': {
      const status = await playgroundUp(folder, (text) => {
        line(terminal.err, text);
      });
      return show(status);
    }
    case 'down': {
      const stopped = await playgroundDown(folder);
      line(terminal.out, stopped ? `stopped the playground in ${folder}` : `no playground runs in ${folder}`);
      return exitCode.fine;
    }
    case 'status': {
      return show(await playgroundStatus(folder));
    }
  }
}

function show(status: Awaited<ReturnType<typeof playgroundStatus>>): ExitCode {
  if (!status.running) {
    line(terminal.out, 'no playground runs there; start one with "cellwright playground up"');
    return exitCode.findings;
  }
  line(terminal.out, `server      ${status.server}`);
  line(terminal.out, `kubeconfig  ${status.kubeconfigPath}`);
  return exitCode.fine;
}
