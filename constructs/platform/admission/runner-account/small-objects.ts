/** ConfigMaps, quotas and budgets: little can be done with them, and that is said. */
import { cellNames } from '../../../cell/labels.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { celText, celTexts } from '../cel.ts';
import { noWorse } from './no-worse.ts';
import type { Rule } from './no-worse.ts';
import { runnerPolicy, writesOf } from './runner-policy.ts';

/** Kept by a controller of Kubernetes in each namespace; pods trust the API server by it. */
const rootCertificate = 'kube-root-ca.crt';

export function configMapsPolicy(settings: PlatformSettings): AdmissionPolicy {
  return runnerPolicy(settings, {
    name: 'config-maps',
    requests: writesOf('ConfigMap'),
    validations: [
      {
        expression: `object.metadata.name != ${celText(rootCertificate)}`,
        message: `ConfigMap ${rootCertificate} is Kubernetes' own`,
      },
    ],
  });
}

/** What a quota must bound: without it pods and claims are without end, or a Service gets a port of every node. */
const bounded = ['pods', 'persistentvolumeclaims', 'limits.memory', 'requests.storage'];
const forbidden = ['services.loadbalancers', 'services.nodeports'];

export function quotasPolicy(settings: PlatformSettings): AdmissionPolicy {
  const isWhole = `${celTexts([...bounded, ...forbidden])}.all(key, key in variables.hard) && ${celTexts(forbidden)}.all(key, string(variables.hard[key]) == "0")`;
  const isForAll = 'size(object.spec.?scopes.orValue([])) == 0 && !has(object.spec.scopeSelector)';
  return runnerPolicy(settings, {
    name: 'quotas',
    requests: writesOf('ResourceQuota'),
    // The API server's type checker does not know maps of quantities.
    variables: [{ name: 'hard', expression: 'dyn(object.spec).?hard.orValue({})' }],
    validations: [
      {
        expression: `object.metadata.name != ${celText(cellNames.limits)} || (${isWhole} && ${isForAll})`,
        message: `ResourceQuota ${cellNames.limits} bounds pods, memory and storage, and allows no load balancer and no node port`,
      },
    ],
  });
}

/** A budget that lets no pod go, or waits for one that never becomes ready, holds up the drain of a node for everybody on it. */
const letsGo: Rule = (object) =>
  `!has(${object}.spec.minAvailable) && has(${object}.spec.maxUnavailable) && !(string(dyn(${object}.spec.maxUnavailable)) in ["0", "0%"]) && ${object}.spec.?unhealthyPodEvictionPolicy.orValue("") == "AlwaysAllow"`;

export function budgetsPolicy(settings: PlatformSettings): AdmissionPolicy {
  return runnerPolicy(settings, {
    name: 'budgets',
    requests: writesOf('PodDisruptionBudget'),
    validations: [
      {
        expression: noWorse(letsGo),
        message:
          'a PodDisruptionBudget of a tenant says how many pods may go (maxUnavailable), and lets those go that are not ready',
      },
    ],
  });
}
