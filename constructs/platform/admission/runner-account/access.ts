/** How others reach a gateway: by routes that end at Services of the same namespace, and by scraping its own pods. */
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { noWorse } from './no-worse.ts';
import type { Rule } from './no-worse.ts';
import { runnerPolicy, writesOf } from './runner-policy.ts';

/** A policy for one kind of these: what must not come, by the sentence that says so. */
function accessPolicy(
  settings: PlatformSettings,
  { name, kind, rules }: { readonly name: string; readonly kind: string; readonly rules: Record<string, Rule> },
): AdmissionPolicy {
  return runnerPolicy(settings, {
    name,
    requests: writesOf(kind),
    validations: Object.entries(rules).map(([message, rule]) => ({ expression: noWorse(rule), message })),
  });
}

export function ingressesPolicy(settings: PlatformSettings): AdmissionPolicy {
  return accessPolicy(settings, {
    name: 'ingresses',
    kind: 'Ingress',
    rules: {
      'an Ingress of a tenant leads to Services': (object) =>
        `${object}.spec.?rules.orValue([]).all(rule, rule.?http.paths.orValue([]).all(path, has(path.backend.service)))`,
      'an Ingress of a tenant names its host: one without would take those of others': (object) =>
        `!has(${object}.spec.defaultBackend) && ${object}.spec.?rules.orValue([]).all(rule, has(rule.host))`,
    },
  });
}

/** Kinds of other products may be newer than we know: only what leads out of the namespace is judged. */
const specOf: Rule = (object) => `dyn(${object}).?spec`;

export function httpRoutesPolicy(settings: PlatformSettings): AdmissionPolicy {
  return accessPolicy(settings, {
    name: 'http-routes',
    kind: 'HTTPRoute',
    rules: {
      // A route on a Service takes over what others in the mesh send there (GEP-1426).
      'an HTTPRoute of a tenant hangs on Gateways': (object) =>
        `${specOf(object)}.parentRefs.orValue([]).all(parent, parent.?kind.orValue("Gateway") == "Gateway")`,
      'an HTTPRoute of a tenant leads to Services of its own namespace, as it came': (object) =>
        `${specOf(object)}.rules.orValue([]).all(rule, !has(rule.filters) && rule.?backendRefs.orValue([]).all(backend, !has(backend.namespace) && !has(backend.filters) && backend.?kind.orValue("Service") == "Service"))`,
      'an HTTPRoute of a tenant names its host: one without would take those of others': (object) =>
        `size(${specOf(object)}.hostnames.orValue([])) > 0`,
    },
  });
}

export function podMonitorsPolicy(settings: PlatformSettings): AdmissionPolicy {
  return accessPolicy(settings, {
    name: 'pod-monitors',
    kind: 'PodMonitor',
    rules: {
      'a PodMonitor of a tenant scrapes pods of its own namespace': (object) =>
        `!${specOf(object)}.namespaceSelector.hasValue()`,
      'a PodMonitor of a tenant scrapes them directly': (object) =>
        `${specOf(object)}.podMetricsEndpoints.orValue([]).all(endpoint, !has(endpoint.proxyUrl))`,
    },
  });
}
