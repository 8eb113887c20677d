/** The objects below a construct. */
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';

/** In the order in which they were made. Not `app.synth()` or `chart.toJson()`: they resolve the whole app for every chart, quadratic in a fleet. */
export function apiObjectsBelow(root: IConstruct): ApiObject[] {
  return root.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct));
}
