/** Objects as they are rendered but for one part, so that each rule about a shape stands alone. */
import type { Attack } from './attack.ts';
import { inCell, set } from './attack.ts';
import { httpRoute, ingress } from './route-attacks.ts';

const policy = (id: string, request: Attack['request']): Attack => ({ id, wall: 'policy', request });

const cellPolicy = `${inCell('networking.k8s.io/v1')}/networkpolicies/cell`;
const statefulSet = `${inCell('apps/v1')}/statefulsets/gateway`;
const pod = '/spec/template/spec';
const byName = { 'kubernetes.io/metadata.name': 'billing' };

const network: readonly Attack[] = [
  policy('network-one-way', set(cellPolicy, '/spec/policyTypes', ['Ingress'])),
  policy('network-in-address', set(cellPolicy, '/spec/ingress', [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }])),
  policy(
    'network-every-port',
    set(cellPolicy, '/spec/egress/-', { to: [{ namespaceSelector: { matchLabels: byName } }] }),
  ),
  policy(
    'network-expression',
    set(cellPolicy, '/spec/ingress', [
      {
        from: [
          {
            namespaceSelector: {
              matchLabels: byName,
              matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }],
            },
          },
        ],
      },
    ]),
  ),
];

const backend = { name: 'gateway', port: 18_789 };
const hosted = { hostnames: ['a.example.com'] };

const routes: readonly Attack[] = [
  policy(
    'ingress-rule-every-host',
    ingress({ spec: { rules: [{ http: pathTo({ service: { name: 'gateway', port: { number: 18_789 } } }) }] } }),
  ),
  policy(
    'ingress-resource',
    ingress({
      spec: {
        rules: [
          {
            host: 'a.example.com',
            http: pathTo({ resource: { apiGroup: 'storage.example.com', kind: 'Bucket', name: 'others' } }),
          },
        ],
      },
    }),
  ),
  policy(
    'route-filter',
    httpRoute({
      spec: {
        ...hosted,
        rules: [
          {
            backendRefs: [backend],
            filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: 'evil.example.com' } }],
          },
        ],
      },
    }),
  ),
  policy(
    'route-backend-filter',
    httpRoute({
      spec: {
        ...hosted,
        rules: [
          {
            backendRefs: [
              { ...backend, filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'shop' } } }] },
            ],
          },
        ],
      },
    }),
  ),
  policy(
    'route-backend-kind',
    httpRoute({
      spec: { ...hosted, rules: [{ backendRefs: [{ ...backend, group: 'x.example.com', kind: 'Bucket' }] }] },
    }),
  ),
  policy('route-every-host', httpRoute({ spec: { rules: [{ backendRefs: [backend] }] } })),
];

function pathTo(backendOfPath: object): object {
  return { paths: [{ path: '/', pathType: 'Prefix', backend: backendOfPath }] };
}

const workloads: readonly Attack[] = [
  policy(
    'set-capability',
    set(statefulSet, `${pod}/containers/0/securityContext/capabilities`, { drop: ['ALL'], add: ['NET_ADMIN'] }),
  ),
  policy('set-escalation', set(statefulSet, `${pod}/containers/0/securityContext/allowPrivilegeEscalation`, true)),
  policy(
    'set-projected-secret',
    set(statefulSet, `${pod}/volumes/-`, { name: 'keys', projected: { sources: [{ secret: { name: 'registry' } }] } }),
  ),
];

export const shapeAttacks: readonly Attack[] = [...network, ...routes, ...workloads];
