/**
 * Whether something is there that enforces NetworkPolicies, told from what a cluster runs. A DaemonSet says that a plugin is
 * installed and runs, not that it works; only traffic that does not arrive would, and that takes pods. Where no object shows it, the
 * configuration of the fleet may say it.
 */
import type { LiveObject } from '../../kube/live-object.ts';
import type { Check } from '../finding.ts';
import type { LivePlatform } from './live-platform.ts';

/** See above. */
export const networkPlugin: Check<LivePlatform> = {
  reports: ['network.not-known-to-enforce'],
  run: (platform) => {
    if (platform.hidesDaemonSets || toldPlugin(platform) !== undefined) return [];
    const names = platform.daemonSets.map(({ metadata }) => metadata.name);
    const seen = names.length === 0 ? 'there are none' : `seen: ${names.slice(0, 8).join(', ')}`;
    const why = `no DaemonSet of a network plugin that is known to enforce NetworkPolicies has ready pods (${seen})`;
    return [{ id: 'network.not-known-to-enforce', object: { kind: 'Namespace', name: 'kube-system' }, why }];
  },
};

/** The plugin that was seen, else the one that the fleet states; undefined when there is neither. */
export function toldPlugin({
  daemonSets,
  settings,
}: Pick<LivePlatform, 'daemonSets' | 'settings'>): string | undefined {
  const { networkPlugin: stated } = settings;
  return enforcingPlugin(daemonSets) ?? (stated === undefined ? undefined : `${stated} (stated, not seen)`);
}

/** DaemonSet names of plugins that enforce wherever they are installed, by their own manifests. */
const enforcing: Readonly<Record<string, string>> = {
  cilium: 'Cilium',
  anetd: 'GKE Dataplane V2',
  'calico-node': 'Calico',
  canal: 'Canal',
  'rke2-canal': 'Canal',
  'antrea-agent': 'Antrea',
  'kube-router': 'kube-router',
  'ovnkube-node': 'OVN-Kubernetes',
  sdn: 'OpenShift SDN',
  'weave-net': 'Weave Net',
  'azure-npm': 'Azure Network Policy Manager',
  'kube-network-policies': 'kube-network-policies',
};

/** Name of a plugin that enforces NetworkPolicies; undefined when none is known to. */
export function enforcingPlugin(sets: readonly LiveObject[]): string | undefined {
  for (const set of sets.filter(hasReadyPods)) {
    const { name } = set.metadata;
    const always = Object.hasOwn(enforcing, name) ? enforcing[name] : undefined;
    const plugin = always ?? (name === 'aws-node' ? awsPlugin(set) : name === 'kindnet' ? kindPlugin(set) : undefined);
    if (plugin !== undefined) return plugin;
  }
  return undefined;
}

/** One that runs nowhere enforces nothing. */
function hasReadyPods(set: LiveObject): boolean {
  const { status = {} } = set as LiveObject & { readonly status?: { readonly numberReady?: number } };
  return (status.numberReady ?? 0) > 0;
}

interface ContainerLike {
  readonly image?: string;
  readonly args?: readonly string[];
}

function containersOf(set: LiveObject): readonly ContainerLike[] {
  const { spec } = set as LiveObject & {
    readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly ContainerLike[] } } };
  };
  return spec?.template?.spec?.containers ?? [];
}

/** Its node agent enforces only when it is told to (https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html). */
function awsPlugin(set: LiveObject): string | undefined {
  const isTold = containersOf(set).some(({ args = [] }) => args.includes('--enable-network-policy=true'));
  return isTold ? 'Amazon VPC CNI' : undefined;
}

/** Since kind v0.24, whose image is of this day (https://github.com/kubernetes-sigs/kind/releases/tag/v0.24.0). */
const firstEnforcingKindnet = 'v20240813';

function kindPlugin(set: LiveObject): string | undefined {
  const tags = containersOf(set).map(({ image = '' }) => /:(v\d{8})\b/.exec(image)?.[1] ?? '');
  return tags.some((tag) => tag >= firstEnforcingKindnet) ? 'kindnet' : undefined;
}
