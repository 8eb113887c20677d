/** The definitions of our kinds. */
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { crdOf } from '../api/crd.ts';
import { kinds } from '../api/kinds/registry.ts';
import { clusterScoped } from './cluster-scoped.ts';

/** A CustomResourceDefinition for each kind of the registry. */
export class CustomResources extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const definition of kinds) {
      clusterScoped(new ApiObject(this, definition.singular, crdOf(definition)));
    }
  }
}
