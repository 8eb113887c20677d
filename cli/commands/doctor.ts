/** `cellwright doctor`: audits a cluster without changing it. */
import { loadAssets } from '../../files/assets/load-assets.ts';
import { packageVersion } from '../../files/assets/package-root.ts';
import { audit, UnknownTenantError } from '../../runner/audit/audit.ts';
import type { AuditReport } from '../../runner/audit/audit.ts';
import { KubeClient } from '../../runner/kube/client.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import { loadCluster } from '../../runner/kube/cluster.ts';
import { withFence } from '../../runner/kube/fence.ts';
import { withRetryAfter } from '../../runner/kube/retry-after.ts';
import { createTransport } from '../../runner/kube/transport.ts';
import { opaVerdicts } from '../../runner/rego/opa-verdicts.ts';
import { showReport } from '../doctor/report-table.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { explainFailure } from '../failure.ts';
import { loadConfigFile } from '../fleet/fleet-config-file.ts';
import { structured } from '../output/structured.ts';
import type { OutputFormat } from '../output/structured.ts';
import { line, terminal } from '../terminal.ts';
import { untilSignal } from '../until-signal.ts';

/** Flags of `cellwright doctor`. */
export interface DoctorOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly extension?: string;
  readonly output: OutputFormat;
}

/** Names the cluster, audits it, prints what was found. */
export async function doctor(tenant: string | undefined, options: DoctorOptions): Promise<ExitCode> {
  const cluster = loadCluster({ kubeconfig: options.kubeconfig, context: options.context });
  line(terminal.err, `cluster: ${cluster.description}`);
  const { config, extension } = options.extension === undefined ? {} : await loadConfigFile(options.extension);
  const version = packageVersion();
  const transport = createTransport(cluster, { userAgent: `cellwright-doctor/${version}`, clock: systemClock });
  // Whatever a check were to do: nothing but reads goes out.
  const send = withRetryAfter(
    withFence(transport.send, () => false),
    systemClock,
  );
  const client = new KubeClient(send, (request, warning) => line(terminal.err, `${request}: ${warning}`));
  const assets = loadAssets();
  try {
    const report = await audit({
      client,
      server: cluster.server,
      clock: systemClock,
      signal: untilSignal(),
      assets,
      rego: opaVerdicts({ assets, progress: (text) => line(terminal.err, text) }),
      platform: { ...config?.platform, version },
      extension,
      tenant,
      onProgress: progress(),
    });
    if (options.output === 'table') showReport(terminal.out, report);
    else terminal.out.write(structured(options.output, { cluster: cluster.description, ...report }));
    return verdictOf(report);
  } catch (error) {
    if (!(error instanceof UnknownTenantError)) throw error;
    line(terminal.err, explainFailure(error));
    return exitCode.usage;
  } finally {
    await transport.close();
  }
}

/** What was not looked at may be anything: then neither "fine" nor "that is all" would be true. */
function verdictOf({ findings, notChecked }: AuditReport): ExitCode {
  if (notChecked.length > 0) return exitCode.failed;
  return findings.some(({ severity }) => severity !== 'info') ? exitCode.findings : exitCode.fine;
}

/** Time between two lines, in milliseconds. */
const tellMs = 2000;

/** Tells of long work only: the first line comes after a while. */
function progress(): (done: number, of: number) => void {
  let told = systemClock.monotonic();
  return (done, of) => {
    if (done === of || systemClock.monotonic() - told < tellMs) return;
    told = systemClock.monotonic();
    line(terminal.err, `${done} of ${of} tenants`);
  };
}
