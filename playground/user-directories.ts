/** Where a user's files go, by the XDG base directory specification (freedesktop.org). */
import { homedir } from 'node:os';
import path from 'node:path';

/** What can be made again: `$XDG_CACHE_HOME/cellwright`, by default `~/.cache/cellwright`. */
export function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  return path.join(baseDirectory(environment['XDG_CACHE_HOME'], '.cache'), 'cellwright');
}

/** What lasts between runs: `$XDG_STATE_HOME/cellwright`, by default `~/.local/state/cellwright`. */
export function stateDirectory(environment: NodeJS.ProcessEnv): string {
  return path.join(baseDirectory(environment['XDG_STATE_HOME'], path.join('.local', 'state')), 'cellwright');
}

/** The specification has relative paths ignored, as if they were unset. */
function baseDirectory(named: string | undefined, below: string): string {
  return named !== undefined && path.isAbsolute(named) ? named : path.join(homedir(), below);
}
