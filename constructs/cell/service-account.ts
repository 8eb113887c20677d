/** The identity of the gateway pods: one that can do nothing. */
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CellObject } from './cell-object.ts';
import { cellLabels, cellNames, cellNamespace } from './labels.ts';
import type { CellSettings } from './settings/cell-settings.ts';

/** A ServiceAccount without a mounted token and without any right. */
export class CellServiceAccount extends Construct {
  constructor(scope: Construct, id: string, { tenant }: CellSettings) {
    super(scope, id);
    new CellObject(this, 'service-account', {
      kind: k8s.KubeServiceAccount,
      metadata: { name: cellNames.gateway, namespace: cellNamespace(tenant), labels: cellLabels(tenant, 'gateway') },
      automountServiceAccountToken: false,
    });
  }
}
