/** Namespaces of tenants as peers of a network policy: no cell ever names one, its own or another's. */
import type { Problem } from '../api/problem.ts';
import type { GatewayProfileSpec, TenantGatewaySpec } from '../api/types.gen.ts';
import { isCellNamespace } from '../cell/labels.ts';

/** Peers of the tenant's own spec. */
export function tenantPeerProblems({ access, egress = [] }: TenantGatewaySpec): Problem[] {
  return refused({
    'spec.access.httpRoute.gateway.namespace': access?.httpRoute?.gateway.namespace,
    ...eachOf(
      'spec.access.from',
      access?.from?.map(({ namespace }) => namespace),
      '.namespace',
    ),
    ...eachOf(
      'spec.egress',
      egress.map(({ to }) => to?.namespace),
      '.to.namespace',
    ),
  });
}

/** Peers that a profile gives to all of its tenants, or lets them name. */
export function profilePeerProblems({ access, defaults, monitoring, network }: GatewayProfileSpec): Problem[] {
  return refused({
    ...eachOf(
      'spec.access.from',
      access?.from?.map(({ namespace }) => namespace),
      '.namespace',
    ),
    ...eachOf(
      'spec.defaults.egress',
      defaults?.egress?.map(({ to }) => to?.namespace),
      '.to.namespace',
    ),
    'spec.monitoring.from.namespace': monitoring?.from?.namespace,
    'spec.network.dns.pods.namespace': network?.dns?.pods?.namespace,
    ...eachOf('spec.network.egressNamespaces', network?.egressNamespaces, ''),
  });
}

type Placed = Readonly<Record<string, string | undefined>>;

function eachOf(list: string, namespaces: readonly (string | undefined)[] = [], member: string): Placed {
  return Object.fromEntries(namespaces.map((namespace, index) => [`${list}[${index}]${member}`, namespace]));
}

function refused(placed: Placed): Problem[] {
  return Object.entries(placed).flatMap(([path, namespace]) =>
    namespace === undefined || !isCellNamespace(namespace)
      ? []
      : [
          {
            code: 'isolation.tenant-peer',
            path,
            message: `${namespace} is the namespace of a tenant, and no cell is opened to or from another one`,
            fix: 'name a namespace of the platform; what tenants share belongs there',
          },
        ],
  );
}
