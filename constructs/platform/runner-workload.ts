/** The runner's pods. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { platformLabels, platformNames, runnerSelector } from './labels.ts';
import { runnerContainer, scratchVolume } from './runner-container.ts';
import type { PlatformSettings } from './settings.ts';

/** Any number but 0; images such as distroless call this user `nonroot`. */
const userId = 65532;

/** A Deployment and its PodDisruptionBudget. */
export class RunnerWorkload extends Construct {
  constructor(scope: Construct, id: string, settings: PlatformSettings) {
    super(scope, id);
    const { namespace, version } = settings;
    const labels = platformLabels('runner', version);
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: { name: platformNames.runner, namespace, labels: platformLabels('runner') },
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: { ...runnerSelector } },
        // A pod that never became ready must not hold up a drain (KEP-3017).
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: { name: platformNames.runner, namespace, labels },
      spec: {
        replicas: settings.replicas,
        revisionHistoryLimit: 3,
        selector: { matchLabels: { ...runnerSelector } },
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxSurge: k8s.IntOrString.fromNumber(1),
            maxUnavailable: k8s.IntOrString.fromNumber(0),
          },
        },
        template: { metadata: { labels }, spec: podSpec(settings) },
      },
    });
  }
}

function podSpec(settings: PlatformSettings): k8s.PodSpec {
  const { imagePullSecrets, nodeSelector, tolerations, priorityClassName } = settings;
  return {
    serviceAccountName: platformNames.runner,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: userId,
      runAsGroup: userId,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(spreadOver),
    terminationGracePeriodSeconds: 30,
    containers: [runnerContainer(settings)],
    volumes: [scratchVolume],
    ...(imagePullSecrets.length === 0 ? {} : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(tolerations.length === 0 ? {} : { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
  };
}

/** Replicas apart from each other where the cluster allows it; a cluster of one node runs them all the same. */
function spreadOver(topologyKey: string): k8s.TopologySpreadConstraint {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { ...runnerSelector } },
    // Without it, pods of the old ReplicaSet would push the new ones together during a rollout.
    matchLabelKeys: ['pod-template-hash'],
  };
}
