/** The platform as it should be and as it is. */
import type { PlatformSettings } from '../../../constructs/platform/settings.ts';
import { platformNames } from '../../../constructs/platform/labels.ts';
import { resolvePlatform } from '../../../constructs/platform/settings.ts';
import type { PlatformProps } from '../../../constructs/platform/settings.ts';
import { synthesizePlatform } from '../../../constructs/platform/synthesize-platform.ts';
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import { leases } from '../../engine/leader-election.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { clusterPolicies } from '../foreign/other-network-kinds.ts';
import { clusterRoleBindings, clusterRoles, daemonSets, platformKindOf } from '../read-kinds.ts';
import type { AuditReader, ReadObject } from '../reader.ts';
import { rulesOf } from '../rights/rules.ts';
import type { PolicyRule } from '../rights/rules.ts';

/** A wanted object and what stands in its place. */
export interface PlatformObject {
  readonly wanted: KubeObject;
  readonly live: ReadObject;
}

/** What checks of the platform look at. */
export interface LivePlatform {
  readonly settings: PlatformSettings;
  readonly objects: readonly PlatformObject[];
  readonly lease: ReadObject;
  readonly clusterRoleBindings: readonly LiveObject[];
  readonly clusterRoles: readonly LiveObject[];
  /** Rules by the name of the ClusterRole; undefined when they may not be read. */
  readonly rulesOf: (clusterRole: string) => readonly PolicyRule[] | undefined;
  readonly daemonSets: readonly LiveObject[];
  /** Network policies of other projects that hold in the whole cluster. */
  readonly clusterPolicies: readonly LiveObject[];
  /** DaemonSets may not be listed: of the network plugin nothing is known. */
  readonly hidesDaemonSets: boolean;
  /** Version of Cellwright that the Deployment names; undefined when there is none, or when it may not be read. */
  readonly installedVersion: string | undefined;
  /** The Deployment may not be read: any version may be installed. */
  readonly hidesVersion: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Reads everything that is not a tenant's; the number of requests does not depend on the fleet. */
export async function readPlatform(reader: AuditReader, props: PlatformProps, now: number): Promise<LivePlatform> {
  const settings = resolvePlatform(props);
  const { namespace } = settings;
  const objects = await Promise.all(
    synthesizePlatform(props).map(async (wanted) => {
      const live = await reader.get(platformKindOf(wanted), wanted.metadata);
      return { wanted, live };
    }),
  );
  const roles = await reader.all(clusterRoles);
  const rules = new Map(roles.map((role) => [role.metadata.name, rulesOf(role)]));
  return {
    settings,
    objects,
    lease: await reader.get(leases, { namespace, name: platformNames.lease }),
    clusterRoleBindings: await reader.all(clusterRoleBindings),
    clusterRoles: roles,
    rulesOf: (name) => (reader.isHidden(clusterRoles.kind) ? undefined : (rules.get(name) ?? [])),
    daemonSets: await reader.all(daemonSets),
    hidesDaemonSets: reader.isHidden(daemonSets.kind),
    clusterPolicies: (await Promise.all(clusterPolicies.map((kind) => reader.all(kind)))).flat(),
    installedVersion: versionOf(objects),
    hidesVersion: objects.some(({ wanted, live }) => wanted.kind === 'Deployment' && live === 'hidden'),
    now,
  };
}

function versionOf(objects: readonly PlatformObject[]): string | undefined {
  const live = objects.find(({ wanted }) => wanted.kind === 'Deployment')?.live;
  return live === undefined || typeof live === 'string'
    ? undefined
    : (live.metadata.labels?.['app.kubernetes.io/version'] ?? 'without a version label');
}

/** Version in the form in which labels hold it. */
export function wantedVersion({ objects }: Pick<LivePlatform, 'objects'>): string | undefined {
  const deployment = objects.find(({ wanted }) => wanted.kind === 'Deployment')?.wanted;
  return deployment?.metadata.labels?.['app.kubernetes.io/version'];
}

/** Whether what is installed is of the version that we synthesize; what is not installed is missing, not other. */
export function isComparable(platform: LivePlatform): boolean {
  if (platform.hidesVersion) return false;
  return platform.installedVersion === undefined || platform.installedVersion === wantedVersion(platform);
}

/** `version 0.1.0`, for a sentence. */
export function installedText({ hidesVersion, installedVersion = '' }: LivePlatform): string {
  return hidesVersion ? 'a version that you may not read' : `version ${installedVersion}`;
}
