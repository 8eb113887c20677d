/** Names and labels of the platform: what Cellwright itself needs in a cluster. */

/** Names that the constructs, the runner and its command share. */
export const platformNames = {
  /** Namespace where nothing else is said. */
  namespace: 'cellwright-system',
  /** Deployment, ServiceAccount, roles and everything else of the runner. */
  runner: 'cellwright-runner',
  /** The Lease that the runner's replicas elect their leader by. */
  lease: 'cellwright-runner',
  /** The Service that the API server calls for a verdict. */
  admission: 'cellwright-admission',
  /** The ValidatingWebhookConfiguration. */
  webhooks: 'cellwright',
  /** The one webhook in it. */
  webhook: 'validate.cellwright.dev',
} as const;

/** Labels that select the runner's pods; immutable in a Deployment, so only what can never change. */
export const runnerSelector: Readonly<Record<string, string>> = {
  'app.kubernetes.io/component': 'runner',
  'app.kubernetes.io/name': 'cellwright',
};

/**
 * Labels of one object of the platform. Never `app.kubernetes.io/instance`: Argo CD tracks its objects by it.
 * @param version of Cellwright; left out where another version changes nothing
 */
export function platformLabels(component: string, version?: string): Record<string, string> {
  return {
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/managed-by': 'cellwright',
    'app.kubernetes.io/name': 'cellwright',
    'app.kubernetes.io/part-of': 'cellwright',
    ...(version === undefined ? {} : { 'app.kubernetes.io/version': labelValue(version) }),
  };
}

/** Build metadata (`1.2.0+abc`) is no label value (https://semver.org/#spec-item-10). */
function labelValue(version: string): string {
  return version.replaceAll('+', '_');
}
