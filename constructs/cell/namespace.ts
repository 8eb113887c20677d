/** The cell's namespace: the outermost wall. */
import { JsonPatch, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CellObject } from './cell-object.ts';
import { cellLabels, cellNamespace, organizationLabel, profileLabel } from './labels.ts';
import { keepAnnotations } from './retention.ts';
import type { CellSettings } from './settings/cell-settings.ts';

/**
 * Every version of the Pod Security standards that we have rendered, the newest last. None goes from the list: tenants that wait for
 * their turn after an upgrade, and revisions that a rollout goes back to, carry older ones.
 */
export const podSecurityVersions = ['v1.30'] as const;

/**
 * Pod Security level of every cell and of the runner, with its version pinned so that a cluster upgrade cannot change what is admitted
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
 */
export const podSecurityLabels: Readonly<Record<string, string>> = Object.fromEntries(
  ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, 'restricted'],
    [`pod-security.kubernetes.io/${mode}-version`, podSecurityVersions.at(-1) ?? ''],
  ]),
);

/** A Namespace with Pod Security `restricted`, labelled with its tenant, organization and profile. */
export class CellNamespace extends Construct {
  constructor(scope: Construct, id: string, settings: CellSettings) {
    super(scope, id);
    const namespace = new CellObject(this, 'namespace', {
      kind: k8s.KubeNamespace,
      metadata: {
        name: cellNamespace(settings.tenant),
        labels: {
          ...cellLabels(settings.tenant, 'namespace'),
          [organizationLabel]: settings.organization,
          [profileLabel]: settings.profile,
          ...podSecurityLabels,
        },
        ...keepAnnotations(settings),
      },
    });
    // cdk8s puts a chart's namespace on cluster-scoped objects too; the API server would refuse this one.
    if (Chart.of(this).namespace !== undefined) {
      namespace.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    }
  }
}
