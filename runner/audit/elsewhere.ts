/** What is found in namespaces that are no tenant's: the runner's, those that tenants left behind, and all others. */
import { cellNamespace, tenantLabel } from '../../constructs/cell/labels.ts';
import type { LiveObject } from '../kube/live-object.ts';
import type { NamespaceContents } from './by-namespace.ts';
import { departedChecks } from './cells/checks.ts';
import type { Found } from './finding.ts';
import type { LiveFleet } from './fleet/live-fleet.ts';
import type { LivePlace } from './foreign/live-place.ts';
import type { LivePlatform } from './platform/live-platform.ts';
import type { AuditReader } from './reader.ts';
import { boundRules } from './rights/bound-rules.ts';
import { lentRights } from './rights/lent-rights.ts';
import { runCheck } from './run-check.ts';
import { systemChecks } from './system/checks.ts';

/** What was read of the cluster as a whole. */
export interface Sources {
  readonly reader: AuditReader;
  readonly platform: LivePlatform;
  readonly fleet: LiveFleet;
}

/** Of one of them. */
export function foundElsewhere(sources: Sources, contents: NamespaceContents): Found[] {
  const { platform, fleet } = sources;
  if (contents.namespace === platform.settings.namespace) {
    const place = { ...placeOf('runner', sources, contents), ours: (kind: string) => namesOfPlatform(platform, kind) };
    return systemChecks.flatMap((check) => runCheck(check, place));
  }
  if (isLeftBehind(fleet, contents.namespace)) {
    const place = { ...placeOf('departed', sources, contents), ours: () => new Set<string>() };
    return departedChecks.flatMap((check) => runCheck(check, place));
  }
  return rightsElsewhere(sources, contents);
}

function namesOfPlatform({ objects, settings }: LivePlatform, kind: string): ReadonlySet<string> {
  const ours = objects.filter(({ wanted }) => wanted.kind === kind && wanted.metadata.namespace === settings.namespace);
  return new Set(ours.map(({ wanted }) => wanted.metadata.name));
}

/** Kept for a tenant that is gone. */
function isLeftBehind({ namespaces, tenants }: LiveFleet, name: string): boolean {
  const owner = namespaces.get(name)?.metadata.labels?.[tenantLabel];
  return owner !== undefined && cellNamespace(owner) === name && tenants?.has(owner) === false;
}

/** Bindings of namespaces that are neither a tenant's nor the runner's, as far as they reach those. */
function rightsElsewhere({ platform, reader }: Sources, contents: NamespaceContents): Found[] {
  const place = {
    platform,
    of: (kind: string) => contents.of(kind),
    isHidden: (kind: string) => reader.isHidden(kind),
  };
  return place.of('RoleBinding').flatMap((binding) => lentRights(platform, binding, boundRules(place, binding)));
}

/** A namespace as checks look at it; whoever calls says what is ours there. */
export function placeOf(
  sort: LivePlace['sort'],
  { reader, platform }: Pick<Sources, 'reader' | 'platform'>,
  contents: NamespaceContents | undefined,
): Omit<LivePlace, 'ours'> {
  // DaemonSets are read for the network plugin, all of them.
  const setsOf = (namespace: string): readonly LiveObject[] =>
    platform.daemonSets.filter(({ metadata }) => metadata.namespace === namespace);
  return {
    sort,
    platform,
    of: (kind) => {
      if (contents === undefined) return [];
      return kind === 'DaemonSet' ? setsOf(contents.namespace) : contents.of(kind);
    },
    isHidden: (kind) => reader.isHidden(kind),
  };
}
