/** kwok: nodes and pods that exist only in the API server, so that a thousand StatefulSets become ready on one machine. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cachedPath } from '../../playground/binaries/components.ts';
import { withFileLock } from '../../playground/file-lock.ts';

/** The program, and how it lets nodes and pods live. */
export interface Kwok {
  readonly command: string;
  /** Stages: pods are ready as soon as they are on a node, nodes keep their lease. */
  readonly stages: string;
}

const component = { name: 'kwok', version: '0.7.0' };
const module = `sigs.k8s.io/kwok@v${component.version}`;
const stageFiles = [
  ...['pod-ready', 'pod-complete', 'pod-delete'].map((name) => `pod/fast/${name}.yaml`),
  'node/fast/node-initialize.yaml',
  'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
];

/**
 * From the per-user cache, or built with Go once (about three minutes).
 * @throws Error with the end of Go's output when it cannot be built
 */
export async function findKwok(progress: (line: string) => void): Promise<Kwok> {
  const command = cachedPath(process.env, component);
  const found = { command, stages: `${command}.stages.yaml` };
  const cache = path.dirname(command);
  const onWait = (pid: number): void => progress(`waiting for process ${pid}, which builds into ${cache}`);
  await withFileLock({ file: path.join(cache, 'building-kwok.lock'), onWait }, async () => {
    // The stages come first, so that a program that is there has them.
    if (!existsSync(command)) await build(found, progress);
  });
  return found;
}

async function build({ command, stages }: Kwok, progress: (line: string) => void): Promise<void> {
  progress(`building ${component.name} ${component.version} with Go, only this once (about 3 min on two cores)`);
  const scratch = await mkdtemp(path.join(path.dirname(command), '.build-kwok-'));
  try {
    await go(['install', '-trimpath', '-ldflags', '-s -w', module.replace('@', '/cmd/kwok@')], scratch);
    const { Dir } = JSON.parse(await go(['mod', 'download', '-json', module], scratch)) as { readonly Dir: string };
    const texts = stageFiles.map((file) => readFile(path.join(Dir, 'kustomize', 'stage', file), 'utf8'));
    await writeFile(stages, (await Promise.all(texts)).join('\n---\n'));
    await rename(path.join(scratch, 'kwok'), command);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function go(args: readonly string[], scratch: string): Promise<string> {
  const env = { ...process.env, GOBIN: scratch, GOOS: '', GOARCH: '', GOWORK: 'off', CGO_ENABLED: '0' };
  const { stdout } = await promisify(execFile)('go', args, { cwd: scratch, env, maxBuffer: 1 << 26 });
  return stdout;
}
