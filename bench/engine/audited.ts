/** `cellwright doctor` over the settled fleet, as somebody calls it. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { countOf, RequestCounts } from './request-counts.ts';
import type { Row } from './report.ts';
import type { Session } from './session.ts';

/** Most seconds for 1,000 tenants. */
const mostSeconds = 30;

/** Runs it once, and counts. */
export async function audited(session: Session): Promise<Row[]> {
  const { playground, admin } = session.cluster;
  await using counts = await RequestCounts.open(playground.auditLogPath, { client: admin, agent: 'cellwright-doctor' });
  await counts.take();
  const start = performance.now();
  const { peakMegabytes, tenants } = await run(session.command.file, playground.kubeconfigPath);
  const seconds = (performance.now() - start) / 1000;
  if (tenants < session.tenants) throw new Error(`the doctor saw ${tenants} of ${session.tenants} tenants`);
  const during = await counts.take();
  session.note('doctor', during);
  return [
    { what: 'doctor', unit: 's', ours: seconds, ...(session.tenants > 1000 ? {} : { most: mostSeconds }) },
    { what: 'doctor: requests, all pages', unit: 'requests', ours: countOf(during, /./) },
    { what: 'doctor: writes', unit: 'requests', ours: countOf(during, /^(?!get |list )/), most: 0 },
    { what: 'doctor: peak memory', unit: 'MB', ours: peakMegabytes },
  ];
}

interface Ran {
  readonly peakMegabytes: number;
  readonly tenants: number;
}

async function run(file: string, kubeconfig: string): Promise<Ran> {
  const child = spawn(process.execPath, [file, 'doctor', '--kubeconfig', kubeconfig, '-o', 'json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  let peakMegabytes = 0;
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const isOver = ended.then(() => true);
  while (!(await Promise.race([isOver, sleep(50, false)]))) peakMegabytes = (await peakOf(child.pid)) ?? peakMegabytes;
  const code = await ended;
  if (code !== 0 && code !== 1) throw new Error(`the doctor ended with ${String(code)}: ${text.slice(-2000)}`);
  return { peakMegabytes, tenants: (JSON.parse(text) as { readonly tenants: number }).tenants };
}

/** VmHWM of proc(5), in megabytes; undefined for a process that has just ended. */
async function peakOf(pid: number | undefined): Promise<number | undefined> {
  try {
    const status = await readFile(`/proc/${pid ?? 0}/status`, 'utf8');
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
