/** The namespace that the runner lives in. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { podSecurityLabels } from '../cell/namespace.ts';
import { clusterScoped } from './cluster-scoped.ts';
import { platformLabels } from './labels.ts';
import type { PlatformSettings } from './settings.ts';

/** A Namespace with Pod Security `restricted`. */
export class SystemNamespace extends Construct {
  constructor(scope: Construct, id: string, { namespace }: PlatformSettings) {
    super(scope, id);
    clusterScoped(
      new k8s.KubeNamespace(this, 'namespace', {
        metadata: { name: namespace, labels: { ...platformLabels('namespace'), ...podSecurityLabels } },
      }),
    );
  }
}
