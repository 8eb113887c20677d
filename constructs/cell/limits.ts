/** What a tenant's namespace may use in all: sized so that its own pods always fit, and little else does. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CellObject } from './cell-object.ts';
import { bytesOf, formatBytes, formatMillicores, millicoresOf } from '../synth/quantity.ts';
import { cellLabels, cellNames, cellNamespace } from './labels.ts';
import { sharedPart, SharedParts } from './plain.ts';
import type { CellSettings } from './settings/cell-settings.ts';
import { gatewaySize, opaSize, prepareSize } from './workload/sizes.ts';
import type { Size } from './workload/sizes.ts';

const forContainers: k8s.LimitRangeSpec = sharedPart({
  limits: [
    {
      type: 'Container',
      // What a container gets that names nothing; no CPU maximum, which would set a CPU limit as its default.
      default: { memory: k8s.Quantity.fromString('256Mi') },
      defaultRequest: {
        cpu: k8s.Quantity.fromString('20m'),
        memory: k8s.Quantity.fromString('64Mi'),
      },
    },
  ],
});

/**
 * ResourceQuota and LimitRange. The quota has room for one pod more than there are replicas: a pod that drains for
 * minutes still counts while its successor waits, and a rollout must not wait for it. Claims stay when replicas go, and count
 * for ever: there is room for those of as many replicas as the tenant may have had, or what is left would keep the others from
 * growing.
 */
export class CellLimits extends Construct {
  constructor(scope: Construct, id: string, settings: CellSettings) {
    super(scope, id);
    const metadata = {
      name: cellNames.limits,
      namespace: cellNamespace(settings.tenant),
      labels: cellLabels(settings.tenant, 'limits'),
    };
    const { replicas, mostReplicas, storageSize } = settings;
    const spec = quotas.of(JSON.stringify([gatewaySize(settings), replicas, mostReplicas, storageSize]), () => ({
      hard: hardLimits(settings),
    }));
    new CellObject(this, 'quota', { kind: k8s.KubeResourceQuota, metadata, spec });
    new CellObject(this, 'range', {
      kind: k8s.KubeLimitRange,
      metadata,
      spec: forContainers,
    });
  }
}

const quotas = new SharedParts<k8s.ResourceQuotaSpec>();

function hardLimits(settings: CellSettings): Record<string, k8s.Quantity> {
  const pod = podSize(settings);
  const pods = settings.replicas + 1;
  const hard: Record<string, string> = {
    'count/configmaps': '64',
    'limits.memory': formatBytes(pod.memoryLimit * pods),
    persistentvolumeclaims: String(settings.mostReplicas),
    pods: String(pods),
    'requests.cpu': formatMillicores(pod.cpu * pods),
    'requests.memory': formatBytes(pod.memory * pods),
    'requests.storage': formatBytes(bytesOf(settings.storageSize) * settings.mostReplicas),
    'services.loadbalancers': '0',
    'services.nodeports': '0',
  };
  return Object.fromEntries(Object.entries(hard).map(([name, value]) => [name, k8s.Quantity.fromString(value)]));
}

/** Effective size of one pod: the larger of the running containers and the largest init step beside the sidecar (KEP-753). */
function podSize(settings: CellSettings): { cpu: number; memory: number; memoryLimit: number } {
  const gateway = numbers(gatewaySize(settings));
  const opa = numbers(opaSize);
  const prepare = numbers(prepareSize);
  const largest = (field: 'cpu' | 'memory' | 'memoryLimit'): number =>
    Math.max(gateway[field], prepare[field]) + opa[field];
  return { cpu: largest('cpu'), memory: largest('memory'), memoryLimit: largest('memoryLimit') };
}

function numbers({ cpu, memory, memoryLimit }: Size): { cpu: number; memory: number; memoryLimit: number } {
  return { cpu: millicoresOf(cpu), memory: bytesOf(memory), memoryLimit: bytesOf(memoryLimit) };
}
