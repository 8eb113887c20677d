/** Asks `setup-envtest` of controller-runtime for its programs. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { kubernetesVersion } from './components.ts';

/** Options of {@link envtestFolder}. */
export interface EnvtestOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds for a download of about 150 MB. */
const patience = 300_000;

/**
 * Folder with etcd and kube-apiserver of the playground's minor version, downloaded by setup-envtest where it has none.
 * Undefined when it is not on PATH, or cannot help; then it says why.
 */
export async function envtestFolder({ environment, progress, signal }: EnvtestOptions): Promise<string | undefined> {
  const version = `${kubernetesVersion.split('.').slice(0, 2).join('.')}.x`;
  try {
    const { stdout } = await promisify(execFile)('setup-envtest', ['use', '-p', 'path', version], {
      env: environment,
      timeout: patience,
      signal,
    });
    return stdout.trim() === '' ? undefined : stdout.trim();
  } catch (error) {
    signal?.throwIfAborted();
    const { code, stderr = '' } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (code !== 'ENOENT') {
      const said = stderr.trim().split('\n').at(-1) ?? '';
      progress(`setup-envtest has no Kubernetes ${version} (${said === '' ? String(code) : said})`);
    }
    return undefined;
  }
}
