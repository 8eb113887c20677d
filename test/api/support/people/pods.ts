/** Pods of one's own, which Pod Security has nothing against. */

export const gatewayImage = 'ghcr.io/openclaw/openclaw:2026.9.6';
export const foreignImage = 'docker.io/library/busybox:1.37';

/** A pod template's content. */
export function podOf(image: string): { readonly metadata: object; readonly spec: object } {
  const limits = { cpu: '10m', memory: '16Mi' };
  return {
    metadata: { labels: { app: 'own' } },
    spec: {
      automountServiceAccountToken: false,
      restartPolicy: 'Always',
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'own',
          image,
          command: ['sleep', '1d'],
          resources: { limits, requests: limits },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
}

/** A workload around it. */
export function workloadOf(kind: string, apiVersion: string, image: string): object {
  const template = podOf(image);
  const selector = { matchLabels: { app: 'own' } };
  const service = kind === 'StatefulSet' ? { serviceName: 'own' } : {};
  return { apiVersion, kind, metadata: { name: 'own' }, spec: { selector, template, ...service } };
}

/** A Job around it. */
export function jobOf(image: string): object {
  const { metadata, spec } = podOf(image);
  const template = { metadata, spec: { ...spec, restartPolicy: 'Never' } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'own' }, spec: { template } };
}
