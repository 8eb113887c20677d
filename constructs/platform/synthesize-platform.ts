/** Settings in, the platform's objects out. */
import { ApiObject, App, Chart } from 'cdk8s';
import type { KubeObject } from '../synth/kube-object.ts';
import { sortKeys } from '../synth/order.ts';
import { Platform } from './platform.ts';
import type { PlatformProps } from './settings.ts';

/** Synthesizes the platform. Equal props give equal objects, keys sorted, in apply order. */
export function synthesizePlatform(props: PlatformProps): readonly KubeObject[] {
  const chart = new Chart(new App(), 'platform');
  new Platform(chart, 'platform', props);
  return chart.node
    .findAll()
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
    .map((object) => sortKeys(object.toJson() as KubeObject));
}
