/** Everything that Cellwright itself needs in a cluster, as a construct. */
import { Construct } from 'constructs';
import { AdmissionPolicies } from './admission/admission-policies.ts';
import { AdmissionWebhook } from './admission/webhook.ts';
import { CustomResources } from './custom-resources.ts';
import { RunnerAccess } from './runner-access.ts';
import { RunnerNetwork } from './runner-network.ts';
import { RunnerWorkload } from './runner-workload.ts';
import { PeopleAccess } from './people-access.ts';
import { resolvePlatform } from './settings.ts';
import type { PlatformProps } from './settings.ts';
import { SystemNamespace } from './system-namespace.ts';

/**
 * The platform: definitions of our kinds, namespace, rights, admission, runner. It can stand in any cdk8s Chart; the objects name their
 * namespace themselves. Constructed in apply order: each part needs only what was constructed before it.
 */
export class Platform extends Construct {
  /** Namespace of the runner. */
  readonly namespace: string;

  constructor(scope: Construct, id: string, props: PlatformProps) {
    super(scope, id);
    const settings = resolvePlatform(props);
    this.namespace = settings.namespace;
    new CustomResources(this, 'custom-resources');
    new SystemNamespace(this, 'namespace', settings);
    new RunnerAccess(this, 'access', settings);
    new PeopleAccess(this, 'people');
    new AdmissionPolicies(this, 'admission-policies', settings);
    new AdmissionWebhook(this, 'admission-webhook', settings);
    new RunnerNetwork(this, 'network', settings);
    new RunnerWorkload(this, 'workload', settings);
  }
}
