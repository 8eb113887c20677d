/** The real kubectl, as a person runs it. */
import { spawn } from 'node:child_process';

/** How a run of kubectl ended. */
export interface KubectlRun {
  readonly code: number | null;
  readonly stdout: string;
  /** Errors and warnings. */
  readonly stderr: string;
}

/** Runs kubectl to its end, whatever it answers. */
export function kubectl(kubeconfigPath: string, args: readonly string[]): Promise<KubectlRun> {
  const child = spawn('kubectl', [`--kubeconfig=${kubeconfigPath}`, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new Error('this test runs kubectl, which is not here: apt-get install kubernetes-client', { cause })),
    );
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
