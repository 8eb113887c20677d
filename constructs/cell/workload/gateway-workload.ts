/** The StatefulSet that runs a tenant's gateway. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CellObject } from '../cell-object.ts';
import { cellLabels, cellNames, cellNamespace, gatewayPods } from '../labels.ts';
import { keepAnnotations } from '../retention.ts';
import type { CellSettings } from '../settings/cell-settings.ts';
import { gatewayContainer, secretVariables } from './gateway-container.ts';
import type { GatewayContainerProps } from './gateway-container.ts';
import { gatewayCheck, hasPackages, installStep, prepareStep } from './init-containers.ts';
import { opaContainer, policyCheck } from './opa-container.ts';
import { podSecurity } from './security.ts';
import { hasCapabilities, podVolumes, stateClaim } from './volumes.ts';

/** Seconds a pod may drain: a call in flight was measured to hold it for up to 315 s. */
const drainSeconds = 345;

/** A StatefulSet: one stable volume a pod, and never two gateways on one state folder. */
export class GatewayWorkload extends Construct {
  constructor(scope: Construct, id: string, props: GatewayContainerProps) {
    super(scope, id);
    const { settings } = props;
    const labels = { ...cellLabels(settings.tenant, 'gateway'), 'app.kubernetes.io/version': settings.version };
    new CellObject(this, 'stateful-set', {
      kind: k8s.KubeStatefulSet,
      metadata: { name: cellNames.gateway, namespace: cellNamespace(settings.tenant), labels },
      spec: {
        serviceName: cellNames.pods,
        replicas: settings.running ? settings.replicas : 0,
        // With OrderedReady a bad revision never recovers (kubernetes#67250).
        podManagementPolicy: 'Parallel',
        updateStrategy: { type: 'RollingUpdate' },
        revisionHistoryLimit: 3,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        selector: gatewayPods,
        template: { metadata: { labels }, spec: podSpec(props) },
        volumeClaimTemplates: [stateVolume(settings)],
      },
    });
  }
}

function podSpec(props: GatewayContainerProps): k8s.PodSpec {
  const { settings, configMaps } = props;
  const { runtimeClassName, nodeSelector, tolerations, priorityClassName, imagePullSecrets } = settings.scheduling;
  return {
    serviceAccountName: cellNames.gateway,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurity,
    ...(settings.hostUsers ? {} : { hostUsers: false }),
    terminationGracePeriodSeconds: drainSeconds,
    initContainers: [
      prepareStep(settings, configMaps),
      ...(hasPackages(settings) ? [installStep(settings, configMaps)] : []),
      ...(hasCapabilities(configMaps.policy) ? [policyCheck(settings)] : []),
      opaContainer(settings),
      gatewayCheck(settings, configMaps),
    ],
    containers: [gatewayContainer(props)],
    volumes: podVolumes(configMaps, secretVariables(props)),
    ...(runtimeClassName === undefined ? {} : { runtimeClassName }),
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(tolerations === undefined ? {} : { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
    ...(imagePullSecrets === undefined ? {} : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
  };
}

function stateVolume(settings: CellSettings): k8s.KubePersistentVolumeClaimProps {
  return {
    metadata: {
      name: stateClaim,
      labels: cellLabels(settings.tenant, 'gateway'),
      ...keepAnnotations(settings),
    },
    spec: {
      accessModes: ['ReadWriteOnce'],
      volumeMode: 'Filesystem',
      resources: { requests: { storage: k8s.Quantity.fromString(settings.storageSize) } },
      ...(settings.storageClass === undefined ? {} : { storageClassName: settings.storageClass }),
    },
  };
}
