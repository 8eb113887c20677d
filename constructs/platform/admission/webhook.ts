/** How the API server asks the runner about objects of ours. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { apiGroup, apiVersion } from '../../api/kinds/kind.ts';
import { kinds } from '../../api/kinds/registry.ts';
import { byCodeUnit } from '../../synth/order.ts';
import { clusterScoped } from '../cluster-scoped.ts';
import { platformLabels, platformNames, runnerSelector } from '../labels.ts';
import type { PlatformSettings } from '../settings.ts';
import type { NamedExpression } from './admission-policy.ts';

/** Path of the URL that the API server calls. */
export const webhookPath = '/validate';

/** How long the API server waits for a verdict; a write that is not judged by then is accepted, and judged by the runner. */
export const webhookTimeoutSeconds = 5;

/** Port of the Service: 443, the one that a webhook's reference to a Service means where it names none. */
const servicePort = 443;

/**
 * A ValidatingWebhookConfiguration, and a Service in front of every runner pod. The configuration has no `caBundle`: each runner
 * pod writes its own part of that, and whoever applies this YAML leaves it alone.
 */
export class AdmissionWebhook extends Construct {
  constructor(scope: Construct, id: string, { namespace }: PlatformSettings) {
    super(scope, id);
    const labels = platformLabels('admission');
    clusterScoped(
      new k8s.KubeValidatingWebhookConfiguration(this, 'configuration', {
        metadata: { name: platformNames.webhooks, labels },
        webhooks: [webhook(namespace)],
      }),
    );
    new k8s.KubeService(this, 'service', {
      metadata: { name: platformNames.admission, namespace, labels },
      spec: {
        type: 'ClusterIP',
        selector: { ...runnerSelector },
        ports: [
          {
            name: 'admission',
            port: servicePort,
            targetPort: k8s.IntOrString.fromString('admission'),
            protocol: 'TCP',
            appProtocol: 'https',
          },
        ],
      },
    });
  }
}

function webhook(namespace: string): k8s.ValidatingWebhook {
  return {
    name: platformNames.webhook,
    admissionReviewVersions: ['v1'],
    clientConfig: { service: { name: platformNames.admission, namespace, path: webhookPath, port: servicePort } },
    rules: [
      {
        apiGroups: [apiGroup],
        apiVersions: [apiVersion],
        // Not `*/status`: that is the runner's own.
        resources: kinds.map(({ plural }) => plural).sort(byCodeUnit),
        operations: ['CREATE', 'UPDATE'],
        scope: 'Cluster',
      },
    ],
    matchPolicy: 'Equivalent',
    matchConditions: conditions(namespace).map((condition) => ({ ...condition })),
    // A verdict is early feedback: the runner judges again, and no outage of ours may block a write.
    failurePolicy: 'Ignore',
    sideEffects: 'None',
    timeoutSeconds: webhookTimeoutSeconds,
  };
}

/** All must hold for a write to be judged. */
function conditions(namespace: string): readonly NamedExpression[] {
  const runner = `system:serviceaccount:${namespace}:${platformNames.runner}`;
  return [
    { name: 'not-the-runner', expression: `request.userInfo.username != '${runner}'` },
    // What only has other labels, annotations, finalizers or managers is as good as before: a spec that has become invalid (a stricter
    // profile, another version) keeps no finalizer from going. One that is being deleted may be held, in force, for long.
    { name: 'new-content', expression: `oldObject == null || ${differs('spec')}` },
  ];
}

/** CEL: whether a field, which either object may lack, is another one. */
function differs(field: string): string {
  const now = `has(object.${field})`;
  const before = `has(oldObject.${field})`;
  return `${now} != ${before} || (${now} && object.${field} != oldObject.${field})`;
}
