/** Services: addresses inside the cluster for pods of the tenant. */
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { metadataChange, noKeyComes } from './kept-keys.ts';
import { noWorse } from './no-worse.ts';
import type { Rule } from './no-worse.ts';
import { runnerPolicy, writesOf } from './runner-policy.ts';

const outward = ['externalIPs', 'externalName', 'loadBalancerIP', 'loadBalancerClass', 'loadBalancerSourceRanges'];

/** An external IP takes over traffic of others (CVE-2020-8554); an external name leads anywhere. */
const staysInside: Rule = (object) => outward.map((field) => `!has(${object}.spec.${field})`).join(' && ');

/** See above. */
export function servicesPolicy(settings: PlatformSettings): AdmissionPolicy {
  return runnerPolicy(settings, {
    name: 'services',
    requests: writesOf('Service'),
    validations: [
      {
        expression: 'object.spec.?type.orValue("") == "ClusterIP"',
        message: 'a Service of a tenant has type ClusterIP',
      },
      {
        expression: noWorse(staysInside),
        message: `a Service of a tenant has none of ${outward.join(', ')}`,
      },
      {
        expression: 'size(object.spec.?selector.orValue({})) > 0',
        message: 'a Service of a tenant selects pods: without a selector its endpoints could be anything',
      },
      {
        expression: noKeyComes(metadataChange('annotations'), settings.admission.extensionKeys),
        message:
          'the account of the runner puts no annotations on Services; those of an extension are named in admission.extensionKeys of the platform',
      },
    ],
  });
}
