/** How others reach a gateway: by routes that end at Services of the same namespace, and by scraping its own pods. */
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { runnerPolicy, writesOf } from './runner-policy.ts';

export function ingressesPolicy(settings: PlatformSettings): AdmissionPolicy {
  return runnerPolicy(settings, {
    name: 'ingresses',
    requests: writesOf('Ingress'),
    validations: [
      {
        expression:
          'object.spec.?rules.orValue([]).all(rule, rule.?http.paths.orValue([]).all(path, has(path.backend.service)))',
        message: 'an Ingress of a tenant leads to Services',
      },
      {
        expression: '!has(object.spec.defaultBackend) && object.spec.?rules.orValue([]).all(rule, has(rule.host))',
        message: 'an Ingress of a tenant names its host: one without would take those of others',
      },
    ],
  });
}

/** The kinds of other products may be newer than we know: only what leads out of the namespace is judged. */
export function httpRoutesPolicy(settings: PlatformSettings): AdmissionPolicy {
  return runnerPolicy(settings, {
    name: 'http-routes',
    requests: writesOf('HTTPRoute'),
    variables: [{ name: 'spec', expression: 'dyn(object).?spec.orValue({})' }],
    validations: [
      {
        // A route on a Service takes over what others in the mesh send there (GEP-1426).
        expression: 'variables.spec.?parentRefs.orValue([]).all(parent, parent.?kind.orValue("Gateway") == "Gateway")',
        message: 'an HTTPRoute of a tenant hangs on Gateways',
      },
      {
        expression:
          'variables.spec.?rules.orValue([]).all(rule, !has(rule.filters) && rule.?backendRefs.orValue([]).all(backend, !has(backend.namespace) && !has(backend.filters) && backend.?kind.orValue("Service") == "Service"))',
        message: 'an HTTPRoute of a tenant leads to Services of its own namespace, as it came',
      },
      {
        expression: 'size(variables.spec.?hostnames.orValue([])) > 0',
        message: 'an HTTPRoute of a tenant names its host: one without would take those of others',
      },
    ],
  });
}

export function podMonitorsPolicy(settings: PlatformSettings): AdmissionPolicy {
  return runnerPolicy(settings, {
    name: 'pod-monitors',
    requests: writesOf('PodMonitor'),
    variables: [{ name: 'spec', expression: 'dyn(object).?spec.orValue({})' }],
    validations: [
      {
        expression: '!has(variables.spec.namespaceSelector)',
        message: 'a PodMonitor of a tenant scrapes pods of its own namespace',
      },
      {
        expression: 'variables.spec.?podMetricsEndpoints.orValue([]).all(endpoint, !has(endpoint.proxyUrl))',
        message: 'a PodMonitor of a tenant scrapes them directly',
      },
    ],
  });
}
