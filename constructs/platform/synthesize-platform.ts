/** Settings in, the platform's objects out. */
import { App, Chart } from 'cdk8s';
import { crdOf } from '../api/crd.ts';
import { kinds } from '../api/kinds/registry.ts';
import { apiObjectsBelow } from '../synth/api-objects.ts';
import type { KubeObject } from '../synth/kube-object.ts';
import { sortKeys } from '../synth/order.ts';
import { Platform } from './platform.ts';
import type { PlatformProps } from './settings.ts';

/** Synthesizes the platform. Equal props give equal objects, keys sorted, in apply order. */
export function synthesizePlatform(props: PlatformProps): readonly KubeObject[] {
  const chart = new Chart(new App(), 'platform');
  new Platform(chart, 'platform', props);
  const others = apiObjectsBelow(chart)
    .filter(({ kind }) => kind !== 'CustomResourceDefinition')
    .map((object) => object.toJson() as KubeObject);
  // The definitions are data already, and cdk8s would walk each of their thousands of fields several times.
  return [...kinds.map(crdOf), ...others].map(sortKeys);
}
