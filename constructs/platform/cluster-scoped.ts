/** A guard for constructs that stand in someone else's chart. */
import { Chart, JsonPatch } from 'cdk8s';
import type { ApiObject } from 'cdk8s';

/** cdk8s puts a chart's namespace on cluster-scoped objects too; the API server would refuse them. */
export function clusterScoped(object: ApiObject): void {
  if (Chart.of(object).namespace !== undefined) {
    object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
}
