/** A tenant's spec and its profile, resolved: what the constructs of a cell read instead of two optional sources. */
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../../api/types.gen.ts';
import { applicableBundles } from '../../policy/levels.ts';
import type { Named } from '../../synth/tenant-input.ts';
import { closedRanges } from '../network/closed-ranges.ts';
import type { EgressLevel } from '../network/public-blocks.ts';
import { overrideByKey } from './merge.ts';

export type Scheduling = NonNullable<TenantGatewaySpec['scheduling']>;
export type EgressRule = NonNullable<TenantGatewaySpec['egress']>[number];
export type Credential = NonNullable<TenantGatewaySpec['credentials']>[number];
type Openclaw = NonNullable<TenantGatewaySpec['openclaw']>;
export type NpmPackage = NonNullable<Openclaw['plugins']>[number];
export type McpServer = NonNullable<Openclaw['mcpServers']>[number];
export type WorkspaceSeed = NonNullable<Openclaw['workspace']>[number];
export type Access = NonNullable<TenantGatewaySpec['access']>;
export type Peer = NonNullable<Access['from']>[number];

/** Settings of one cell, complete. */
export interface CellSettings {
  readonly tenant: string;
  readonly organization: string;
  readonly team: string | undefined;
  readonly profile: string;
  readonly running: boolean;
  readonly rendered: boolean;
  readonly retain: boolean;
  readonly version: string;
  readonly gatewayImage: string;
  readonly opaImage: string;
  readonly pullPolicy: string;
  readonly replicas: number;
  /** Most that the profile allows, and no fewer than there are. */
  readonly mostReplicas: number;
  readonly cpu: string;
  readonly memory: string;
  readonly memoryLimit: string;
  readonly storageSize: string;
  readonly storageClass: string | undefined;
  readonly scheduling: Scheduling;
  readonly env: Readonly<Record<string, string>>;
  readonly credentials: readonly Credential[];
  readonly plugins: readonly NpmPackage[];
  readonly skills: readonly NpmPackage[];
  readonly mcpServers: readonly McpServer[];
  readonly workspace: readonly WorkspaceSeed[];
  readonly egress: readonly EgressRule[];
  readonly publicHttps: boolean;
  /** Blocks that "public" excludes. */
  readonly closedBlocks: readonly string[];
  /** What each level of policy says of addresses, the tenant's own last. */
  readonly egressLevels: readonly EgressLevel[];
  /** `port` is that of the pods. */
  readonly dns: { readonly pods: Peer | undefined; readonly cidrs: readonly string[]; readonly port: number };
  readonly callers: readonly Peer[];
  readonly scrapers: readonly Peer[];
  readonly podMonitor: boolean;
  /** Whether users in the pods are users of the node. */
  readonly hostUsers: boolean;
  readonly access: Access;
  readonly host: string | undefined;
  readonly ingressClassName: string | undefined;
}

/**
 * Resolves a tenant with its profile; the tenant's own value wins wherever both may speak. Bundles narrow the addresses
 * that it reaches.
 */
export function resolveSettings(
  { name, spec }: Named<TenantGatewaySpec>,
  { name: profileName, spec: profile }: Named<GatewayProfileSpec>,
  bundles: readonly Named<PolicyBundleSpec>[] = [],
): CellSettings {
  const access = spec.access ?? {};
  return {
    tenant: name,
    organization: spec.organization ?? 'default',
    team: spec.team,
    profile: profileName,
    running: spec.state !== 'Stopped',
    rendered: spec.delivery === 'Rendered',
    retain: spec.deletionPolicy !== 'Delete',
    replicas: spec.replicas ?? 1,
    mostReplicas: Math.max(spec.replicas ?? 1, profile.limits?.replicas ?? 3),
    ...images(spec, profile),
    ...sizes(spec, profile),
    ...network(spec, profile),
    egressLevels: egressLevels(spec, bundles),
    scheduling: { ...profile.defaults?.scheduling, ...spec.scheduling },
    env: { ...profile.defaults?.env, ...spec.openclaw?.env },
    credentials: overrideByKey('name', profile.defaults?.credentials, spec.credentials),
    plugins: overrideByKey('name', profile.defaults?.plugins, spec.openclaw?.plugins),
    skills: overrideByKey('name', profile.defaults?.skills, spec.openclaw?.skills),
    mcpServers: overrideByKey('name', profile.defaults?.mcpServers, spec.openclaw?.mcpServers),
    workspace: overrideByKey('path', profile.defaults?.workspace, spec.openclaw?.workspace),
    podMonitor: profile.monitoring?.podMonitor ?? false,
    hostUsers: profile.pod?.hostUsers ?? true,
    access,
    host: access.ingress?.host ?? access.httpRoute?.host ?? hostFromTemplate(name, spec, profile),
    ingressClassName: access.ingress?.className ?? profile.access?.ingressClassName,
  };
}

function images(
  spec: TenantGatewaySpec,
  profile: GatewayProfileSpec,
): Pick<CellSettings, 'version' | 'gatewayImage' | 'opaImage' | 'pullPolicy'> {
  const profileVersion = profile.openclaw?.version ?? '2026.9.6';
  const version = spec.openclaw?.version ?? profileVersion;
  const digest = version === profileVersion ? profile.openclaw?.digest : undefined;
  const repository = profile.openclaw?.repository ?? 'ghcr.io/openclaw/openclaw';
  return {
    version,
    gatewayImage: spec.openclaw?.image ?? `${repository}:${version}${digest === undefined ? '' : `@${digest}`}`,
    opaImage: profile.images?.opa ?? 'openpolicyagent/opa:1.21.1-static',
    pullPolicy: profile.images?.pullPolicy ?? 'IfNotPresent',
  };
}

function sizes(
  spec: TenantGatewaySpec,
  { defaults }: GatewayProfileSpec,
): Pick<CellSettings, 'cpu' | 'memory' | 'memoryLimit' | 'storageSize' | 'storageClass'> {
  return {
    cpu: spec.resources?.cpu ?? defaults?.resources?.cpu ?? '250m',
    memory: spec.resources?.memory ?? defaults?.resources?.memory ?? '1Gi',
    memoryLimit: spec.resources?.memoryLimit ?? defaults?.resources?.memoryLimit ?? '1536Mi',
    storageSize: spec.storage?.size ?? defaults?.storage?.size ?? '5Gi',
    storageClass: spec.storage?.className ?? defaults?.storage?.className,
  };
}

function network(
  spec: TenantGatewaySpec,
  profile: GatewayProfileSpec,
): Pick<CellSettings, 'egress' | 'publicHttps' | 'closedBlocks' | 'dns' | 'callers' | 'scrapers'> {
  return {
    egress: [...(profile.defaults?.egress ?? []), ...(spec.egress ?? [])],
    publicHttps: (profile.network?.publicHttps ?? true) && (spec.publicHttps ?? true),
    closedBlocks: closedRanges(profile),
    dns: dnsOf(profile),
    callers: [...(profile.access?.from ?? []), ...(spec.access?.from ?? [])],
    scrapers: profile.monitoring?.from === undefined ? [] : [profile.monitoring.from],
  };
}

function dnsOf({ network: { dns } = {} }: GatewayProfileSpec): CellSettings['dns'] {
  return { pods: dns?.pods, cidrs: dns?.cidrs ?? [], port: dns?.port ?? 53 };
}

function hostFromTemplate(tenant: string, spec: TenantGatewaySpec, profile: GatewayProfileSpec): string | undefined {
  return profile.access?.hostTemplate
    ?.replaceAll('{tenant}', tenant)
    .replaceAll('{organization}', spec.organization ?? 'default');
}

/** What the levels of policy say of addresses, the tenant's own last; audited bundles decide nothing. */
function egressLevels(spec: TenantGatewaySpec, bundles: readonly Named<PolicyBundleSpec>[]): EgressLevel[] {
  const enforced = applicableBundles(spec, bundles).filter((bundle) => bundle.spec.enforcement !== 'Audit');
  return [...enforced.map((bundle) => bundle.spec.rules), spec.policy].flatMap((rules) => rules?.egress ?? []);
}
