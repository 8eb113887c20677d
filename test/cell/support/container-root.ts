/**
 * The file system of a container on this machine: a mount namespace in which the paths, the read-only root and the user
 * are those of the pod spec. Made by bubblewrap, or by util-linux alone. Network and process ids are the host's.
 */
import { spawnSync } from 'node:child_process';

/** One path of the host inside the container. */
export interface Bind {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** What a container sees. */
export interface ContainerRoot {
  /** In the order in which they are made: outer folders before what lies in them. */
  readonly binds: readonly Bind[];
  /** Folders that are empty and read-only. */
  readonly folders: readonly string[];
  /** Link and where it leads. */
  readonly links: readonly (readonly [string, string])[];
  readonly env: Readonly<Record<string, string>>;
  /** An empty folder of the host that util-linux may build the root in. */
  readonly scratch: string;
  readonly command: readonly string[];
}

/** Id of the user and group inside, as the pod's security context has it. */
const user = '1000';

type Sandbox = (root: ContainerRoot) => readonly string[];

/** The command that runs a container's command in its root. */
export function inRoot(root: ContainerRoot): readonly string[] {
  return sandbox()(root);
}

let chosen: Sandbox | undefined;

/** CELLWRIGHT_TEST_SANDBOX=unshare takes util-linux where both would work. */
function sandbox(): Sandbox {
  const works = (command: string, ...args: string[]): boolean =>
    spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  const wanted = process.env.CELLWRIGHT_TEST_SANDBOX;
  if (chosen === undefined && wanted !== 'unshare' && works('bwrap', '--ro-bind', '/', '/', 'true')) {
    chosen = bubblewrap;
  }
  if (chosen === undefined && works('unshare', '--user', '--map-root-user', '--mount', 'true')) {
    chosen = utilLinux;
  }
  if (chosen === undefined) {
    throw new Error(
      'these tests run the containers of a pod in mount namespaces of Linux, which need one of: bubblewrap ' +
        '(apt-get install bubblewrap), or util-linux 2.38 with user namespaces allowed (or root)',
    );
  }
  return chosen;
}

function bubblewrap({ binds, folders, links, env, command }: ContainerRoot): string[] {
  return [
    'bwrap',
    ...['--unshare-user', '--uid', user, '--gid', user, '--unshare-pid', '--die-with-parent', '--clearenv'],
    ...['--proc', '/proc', '--dev', '/dev'],
    ...folders.flatMap((folder) => ['--dir', folder]),
    ...binds.flatMap(({ source, target, readOnly }) => [readOnly ? '--ro-bind' : '--bind', source, target]),
    ...links.flatMap(([link, target]) => ['--symlink', target, link]),
    ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    // Last, so that nothing below could still be written: the pod's root file system is read-only.
    ...['--remount-ro', '/', ...command],
  ];
}

/**
 * As root of a user namespace the script builds the root, then a second namespace inside makes it an ordinary user, who
 * can undo none of it. Paths reach the script as arguments, never as its text.
 */
function utilLinux({ binds, folders, links, env, scratch, command }: ContainerRoot): string[] {
  const steps = [
    ...['dir', '/proc', '', 'rbind', '/proc', '/proc', 'dir', '/dev', '', 'rbind', '/dev', '/dev'],
    ...folders.flatMap((folder) => ['dir', folder, '']),
    ...binds.flatMap(({ source, target, readOnly }) => [readOnly ? 'ro' : 'rw', source, target]),
    ...links.flatMap(([link, target]) => ['link', target, link]),
  ];
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return [
    ...['unshare', '--user', '--map-root-user', '--mount', 'sh', '-euc', buildRoot, scratch, ...steps, 'end', '', ''],
    ...['env', '-i', ...variables, ...command],
  ];
}

const buildRoot = `
mount -t tmpfs -o mode=0755 root "$0"
while [ "$1" != end ]; do
  case "$1" in
    dir) mkdir -p "$0$2" ;;
    link) ln -s "$2" "$0$3" ;;
    rbind) mount --rbind "$2" "$0$3" ;;
    rw | ro)
      mkdir -p "$(dirname "$0$3")"
      if [ -d "$2" ]; then mkdir -p "$0$3"; elif [ ! -e "$0$3" ]; then : >"$0$3"; fi
      mount --bind "$2" "$0$3"
      if [ "$1" = ro ]; then mount -o remount,bind,ro "$0$3"; fi ;;
  esac
  shift 3
done
shift 3
mount -o remount,ro "$0"
exec unshare --user --map-user=${user} --map-group=${user} --root="$0" --wd=/ setpriv --pdeathsig=KILL "$@"
`;
