/** Routes and scrapes: orders to controllers and to a Prometheus that serve the whole cluster. */
import type { Attack } from './attack.ts';
import { create, inCell, tenantLabels } from './attack.ts';

const ingresses = `${inCell('networking.k8s.io/v1')}/ingresses`;
const httpRoutes = `${inCell('gateway.networking.k8s.io/v1')}/httproutes`;
const podMonitors = `${inCell('monitoring.coreos.com/v1')}/podmonitors`;

const policy = (id: string, request: Attack['request']): Attack => ({ id, wall: 'policy', request });

interface Content {
  readonly spec: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

function object(apiVersion: string, kind: string, { spec, annotations = {} }: Content): object {
  return { apiVersion, kind, metadata: { name: 'mine', labels: tenantLabels, annotations }, spec };
}

/** An Ingress of its own, of any content. */
export const ingress = (content: Content): Attack['request'] =>
  create(ingresses, object('networking.k8s.io/v1', 'Ingress', content));
/** An HTTPRoute of its own, of any content. */
export const httpRoute = (content: Content): Attack['request'] =>
  create(httpRoutes, object('gateway.networking.k8s.io/v1', 'HTTPRoute', content));
const podMonitor = (spec: object): Attack['request'] =>
  create(podMonitors, object('monitoring.coreos.com/v1', 'PodMonitor', { spec }));

/** An endpoint that nothing is wrong with. */
const direct = { port: 'gateway', followRedirects: false };
const service = { name: 'gateway', port: { number: 18_789 } };
const hosted = { hostnames: ['a.example.com'] };

/** A valid Ingress for a host of somebody. */
export const forHost = (host: string, path = '/'): object => ({
  rules: [{ host, http: { paths: [{ path, pathType: 'ImplementationSpecific', backend: { service } }] } }],
});

/** An Ingress of its own. */
export const ownIngress = (host: string): Attack['request'] => ingress({ spec: forHost(host) });

export const routeAttacks: readonly Attack[] = [
  policy('ingress-every-host', ingress({ spec: { defaultBackend: { service } } })),
  policy('ingress-path', ingress({ spec: forHost('a.example.com', '/{alias /var/run/secrets/;}') })),
  policy(
    'ingress-snippet',
    ingress({
      spec: forHost('a.example.com'),
      annotations: { 'nginx.ingress.kubernetes.io/configuration-snippet': 'return 200;' },
    }),
  ),
  policy(
    'ingress-annotation',
    ingress({
      spec: forHost('a.example.com'),
      annotations: { 'external-dns.alpha.kubernetes.io/hostname': 'b.example.com' },
    }),
  ),
  policy(
    'route-mesh',
    httpRoute({
      spec: { parentRefs: [{ group: '', kind: 'Service', name: 'shop', namespace: 'billing' }], ...hosted },
    }),
  ),
  policy(
    'route-backend',
    httpRoute({ spec: { ...hosted, rules: [{ backendRefs: [{ name: 'shop', namespace: 'billing' }] }] } }),
  ),
  policy(
    'route-annotation',
    httpRoute({ spec: hosted, annotations: { 'external-dns.alpha.kubernetes.io/target': '203.0.113.1' } }),
  ),
  policy('monitor-others', podMonitor({ namespaceSelector: { any: true } })),
  policy('monitor-class', podMonitor({ podMetricsEndpoints: [direct], scrapeClass: 'with-credentials' })),
  policy('monitor-redirect', podMonitor({ podMetricsEndpoints: [{ port: 'gateway' }] })),
  policy(
    'monitor-address',
    podMonitor({
      podMetricsEndpoints: [
        { ...direct, relabelings: [{ targetLabel: '__address__', replacement: '169.254.169.254:80' }] },
      ],
    }),
  ),
  policy(
    'monitor-address-pattern',
    podMonitor({
      podMetricsEndpoints: [{ ...direct, relabelings: [{ targetLabel: '${1}', regex: '(.*)' }] }],
    }),
  ),
  policy(
    'monitor-call',
    podMonitor({ podMetricsEndpoints: [{ ...direct, oauth2: { tokenUrl: 'http://169.254.169.254/' } }] }),
  ),
];
