/** Where this user keeps what takes long to make. */
import { homedir } from 'node:os';
import path from 'node:path';

/** The folder, by the XDG base directory specification. Never below one that others may write, or the current one: what lies there is run. */
export function userCache(environment: NodeJS.ProcessEnv): string {
  const named = environment.XDG_CACHE_HOME;
  const base =
    named !== undefined && path.isAbsolute(named) ? named : path.join(environment.HOME ?? homedir(), '.cache');
  return path.join(base, 'cellwright');
}
