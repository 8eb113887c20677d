/**
 * Audits a cluster without changing it: get and list, nothing else. What the platform and every tenant should be is synthesized as
 * `cellwright synth` and the runner do it, and compared with what is there.
 */
import { profileNameOf } from '../../constructs/api/profile-name.ts';
import { cellNamespace } from '../../constructs/cell/labels.ts';
import type { PlatformProps } from '../../constructs/platform/settings.ts';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { CellExtension } from '../../constructs/synth/fleet-config.ts';
import type { Tenant } from '../fleet/inputs.ts';
import { Judge } from '../fleet/judge.ts';
import { Planner } from '../fleet/planner.ts';
import { needsToken } from '../fleet/token-secret.ts';
import type { Clock } from '../kube/clock.ts';
import type { NamespaceContents } from './by-namespace.ts';
import { cellChecks } from './cells/checks.ts';
import { recordedOf } from './cells/as-recorded.ts';
import { namesOf } from './cells/live-cell.ts';
import type { LiveCell } from './cells/live-cell.ts';
import { comparison } from './cells/comparison.ts';
import { readCells } from './cells/read-cells.ts';
import { findingKinds } from './finding-kinds.ts';
import { foundElsewhere, placeOf } from './elsewhere.ts';
import type { Sources } from './elsewhere.ts';
import type { Finding, Found, NotChecked } from './finding.ts';
import { fleetChecks } from './fleet/checks.ts';
import { readFleet } from './fleet/live-fleet.ts';
import { platformChecks } from './platform/checks.ts';
import { installedText, isComparable, readPlatform } from './platform/live-platform.ts';
import type { LivePlatform } from './platform/live-platform.ts';
import { toldPlugin } from './platform/network-plugin.ts';
import type { RegoVerdicts } from '../rego/rego-verdicts.ts';
import { AuditReader } from './reader.ts';
import type { ReadingClient } from './reader.ts';
import { runCheck } from './run-check.ts';

/** What an audit works with. */
export interface AuditOptions {
  readonly client: ReadingClient;
  /** URL of the API server, as this person reaches it. */
  readonly server: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly assets: SynthAssets;
  /** How the platform is installed; `version` is that of this command. */
  readonly platform: PlatformProps;
  /** What opa says of bundles: a tenant under Rego that it refuses is not rendered. */
  readonly rego: RegoVerdicts;
  /** Of the fleet, for tenants that are rendered with it. */
  readonly extension?: CellExtension | undefined;
  /** The only tenant that is looked at. @default - all */
  readonly tenant?: string | undefined;
  /** Told how many tenants are done, after each. */
  readonly onProgress: (done: number, of: number) => void;
}

/** What came out. */
export interface AuditReport {
  /** Version of Cellwright that is installed; undefined when there is none. */
  readonly installedVersion: string | undefined;
  /** Network plugin that is known or said to enforce NetworkPolicies; undefined when none is. */
  readonly networkPlugin: string | undefined;
  /** Tenants that were looked at. */
  readonly tenants: number;
  readonly findings: readonly Finding[];
  readonly notChecked: readonly NotChecked[];
}

/** The tenant that was named is not there. */
export class UnknownTenantError extends Error {
  readonly code = 'doctor.unknown-tenant';

  constructor(tenant: string) {
    super(`The cluster has no tenant ${JSON.stringify(tenant)}; "cellwright status" lists those that it has`);
    this.name = 'UnknownTenantError';
  }
}

/**
 * @throws UnknownTenantError, ListOrderError, and what AuditReader throws; what was refused or not answered is among what was not checked
 */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const reader = new AuditReader(options.client, options.clock, options.signal);
  const platform = await readPlatform(reader, options.platform, options.clock.now());
  const fleet = await readFleet(reader, options.server);
  const { tenant } = options;
  if (tenant !== undefined && fleet.tenants?.has(tenant) === false) throw new UnknownTenantError(tenant);
  const cells = await auditCells(options, { reader, platform, fleet });
  const found = [
    ...platformChecks.flatMap((check) => runCheck(check, platform)),
    ...fleetChecks.flatMap((check) => runCheck(check, fleet)).filter(({ object }) => isAskedFor(object, tenant)),
    ...cells.found,
  ];
  return {
    installedVersion: platform.installedVersion,
    networkPlugin: toldPlugin(platform),
    tenants: cells.count,
    findings: found.map((one) => ({ ...one, severity: findingKinds[one.id].severity, fix: findingKinds[one.id].fix })),
    notChecked: [...reader.notChecked, ...notCompared(platform), ...cells.notChecked],
  };
}

/** With one tenant named, other tenants' namespaces are not asked for. */
function isAskedFor({ kind, name }: Found['object'], tenant: string | undefined): boolean {
  return tenant === undefined || kind !== 'Namespace' || name === cellNamespace(tenant);
}

function notCompared(platform: LivePlatform): NotChecked[] {
  if (isComparable(platform)) return [];
  const what = 'contents of the platform';
  const why = `${installedText(platform)} is installed, and this command knows what ${platform.settings.version} installs`;
  return [{ what, why, fix: findingKinds['platform.version'].fix }];
}

interface AuditedCells {
  readonly count: number;
  readonly found: readonly Found[];
  readonly notChecked: readonly NotChecked[];
}

async function auditCells(options: AuditOptions, { reader, platform, fleet }: Sources): Promise<AuditedCells> {
  const { inputs } = fleet;
  const { assets, rego, signal } = options;
  // A pass of the runner waits a moment for each; here there is no next pass.
  for (const bundle of inputs.bundleSpecs()) await rego.judge(bundle, signal);
  const judge = new Judge({ assets, inputs, rego });
  const planner = new Planner({ inputs, assets, extension: options.extension, judge });
  const waiting = new Map(
    inputs
      .tenants()
      .filter(({ metadata: { name } }) => options.tenant === undefined || options.tenant === name)
      .map((tenant) => [cellNamespace(tenant.metadata.name), tenant]),
  );
  const count = waiting.size;
  const found: Found[] = [];
  const notChecked: NotChecked[] = [];
  const look = async (tenant: Tenant, contents: NamespaceContents | undefined): Promise<void> => {
    const cell = await cellOf(tenant, { contents, planner, reader, platform, fleet, signal });
    planner.forget(tenant.metadata.name);
    found.push(...cellChecks.flatMap((check) => runCheck(check, cell)));
    notChecked.push(...comparisonNotes(cell));
    waiting.delete(cellNamespace(tenant.metadata.name));
    options.onProgress(count - waiting.size, count);
  };
  const system = platform.settings.namespace;
  const only = options.tenant === undefined ? undefined : [cellNamespace(options.tenant), system];
  for await (const contents of readCells(reader, { only, system })) {
    const tenant = waiting.get(contents.namespace);
    if (tenant === undefined) found.push(...foundElsewhere({ reader, platform, fleet }, contents));
    else await look(tenant, contents);
  }
  // Tenants in whose namespaces there is nothing.
  for (const tenant of [...waiting.values()]) await look(tenant, undefined);
  return { count, found, notChecked };
}

interface CellSources extends Sources {
  readonly contents: NamespaceContents | undefined;
  readonly planner: Planner;
  readonly signal: AbortSignal;
}

async function cellOf(tenant: Tenant, sources: CellSources): Promise<LiveCell> {
  const { contents, planner, platform, fleet, signal } = sources;
  const isRunners = needsToken(tenant) && tenant.spec.delivery !== 'Rendered';
  const recorded = recordedOf(tenant);
  const planned = await planner.plan(tenant, isRunners ? tenant.status?.tokenSecretName : undefined, signal);
  return {
    ...placeOf('tenant', sources, contents),
    ours: namesOf(planned, recorded.keys()),
    tenant,
    profile: fleet.inputs.profile(profileNameOf(tenant.spec)),
    namespace: fleet.namespaces.get(cellNamespace(tenant.metadata.name)),
    planned,
    recorded,
    notCompared: comparison({ tenant, planned, platform, unplannable: fleet.unplannable }),
  };
}

/** A tenant that goes needs no walls any more; that one is on its way is a finding of its own. */
function comparisonNotes({ tenant, notCompared }: LiveCell): NotChecked[] {
  if (notCompared?.reason !== 'unknown') return [];
  const fix = 'see what is found of the tenant; where its fleet has a fleet.config.ts, give that with --extension';
  return [{ what: `contents of the cell of tenant ${tenant.metadata.name}`, why: notCompared.why, fix }];
}
