/** `cellwright status`: the fleet of a cluster as a table. */
import { packageVersion } from '../../files/assets/package-root.ts';
import { tenantGateways } from '../../runner/fleet/kinds.ts';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import { isNotFound } from '../../runner/kube/api-error.ts';
import { KubeClient } from '../../runner/kube/client.ts';
import { systemClock } from '../../runner/kube/clock.ts';
import { loadCluster } from '../../runner/kube/cluster.ts';
import type { Cluster } from '../../runner/kube/cluster.ts';
import { createTransport } from '../../runner/kube/transport.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { structured } from '../output/structured.ts';
import type { OutputFormat } from '../output/structured.ts';
import { table } from '../output/table.ts';
import { line, terminal } from '../terminal.ts';
import { untilSignal } from '../until-signal.ts';

/** The cluster does not know our kinds. */
export class NotInstalledError extends Error {
  readonly code = 'cluster.not-installed';

  constructor(cluster: string, cause: unknown) {
    super(`Cellwright is not installed in ${cluster}: apply dist/platform there first`, { cause });
    this.name = 'NotInstalledError';
  }
}

/** One tenant as the table shows it. */
export interface TenantRow {
  readonly tenant: string;
  readonly ready: string;
  readonly available: string;
  readonly version: string;
  readonly policy: string;
  readonly replicas: number;
  /** RFC 3339. */
  readonly created: string;
  readonly message: string;
}

/** Asks the cluster that is named, says which one it is, and prints its tenants. */
export async function status(options: {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly output: OutputFormat;
}): Promise<ExitCode> {
  const cluster = loadCluster({ kubeconfig: options.kubeconfig, context: options.context });
  line(terminal.err, `cluster: ${cluster.description}`);
  const rows = await fleetRows(cluster);
  if (options.output !== 'table') {
    terminal.out.write(structured(options.output, rows));
  } else {
    line(terminal.out, rows.length === 0 ? 'no tenants' : fleetTable(rows, Date.now()));
  }
  return exitCode.fine;
}

/** Every tenant of a cluster, by name. @throws NotInstalledError when the cluster does not know our kinds */
export async function fleetRows(cluster: Cluster): Promise<TenantRow[]> {
  const transport = createTransport(cluster, { userAgent: `cellwright/${packageVersion()}`, clock: systemClock });
  const client = new KubeClient(transport.send, (request, warning) => {
    line(terminal.err, `${request}: ${warning}`);
  });
  const signal = untilSignal();
  const rows: TenantRow[] = [];
  try {
    let next: string | undefined;
    do {
      const page = await client.list(tenantGateways, { limit: 500, next }, signal);
      rows.push(...page.items.map((item) => rowOf(item as Tenant)));
      ({ next } = page);
    } while (next !== undefined);
  } catch (error) {
    throw isNotFound(error) ? new NotInstalledError(cluster.description, error) : error;
  } finally {
    await transport.close();
  }
  return rows;
}

/** The rows as kubectl would print them; `now` in milliseconds. */
export function fleetTable(rows: readonly TenantRow[], now: number): string {
  const header = ['TENANT', 'READY', 'AVAILABLE', 'VERSION', 'POLICY', 'REPLICAS', 'AGE', 'MESSAGE'];
  return table(
    header,
    rows.map(({ tenant, ready, available, version, policy, replicas, created, message }) => [
      tenant,
      ready,
      available,
      version,
      policy.slice(0, 10),
      String(replicas),
      age(now - Date.parse(created)),
      message,
    ]),
  );
}

function rowOf({ metadata, status: seen = {} }: Tenant): TenantRow {
  const { version = '', policyRevision = '', replicas = 0, conditions = [] } = seen;
  const unknown = { status: 'Unknown', message: 'no runner has seen it yet' };
  const condition = (type: string) => conditions.find((one) => one.type === type) ?? unknown;
  const { status: ready, message } = condition('Ready');
  return {
    tenant: metadata.name,
    ready,
    available: condition('Available').status,
    version,
    policy: policyRevision,
    replicas,
    created: metadata.creationTimestamp ?? '',
    message,
  };
}

/** As kubectl shows ages: the largest unit that leaves at least two of it. */
function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
  ] as const;
  const unit = units.find(([length]) => seconds >= 2 * length);
  return unit === undefined ? `${seconds}s` : `${Math.floor(seconds / unit[0])}${unit[1]}`;
}
