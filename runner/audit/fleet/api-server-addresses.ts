/** Where the API server answers on the port that cells reach in public. */
import { isIP } from 'node:net';
import type { AuditReader } from '../reader.ts';
import { endpointSlices } from '../read-kinds.ts';

/** What cells may reach of public addresses (`network.publicHttps` of the profile), and what https means without a port. */
const publicPort = 443;

/** What the API server itself writes for Service `kubernetes` (https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/). */
const ofApiServer = { namespace: 'default', labelSelector: 'kubernetes.io/service-name=kubernetes' } as const;

/** As much of an EndpointSlice as is looked at. */
interface Slice {
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[] | null;
  /** A port without a number stands for all. */
  readonly ports?: readonly { readonly port?: number | null }[] | null;
}

/**
 * Addresses on that port, each once: those that the cluster tells, and the one that this person uses. A name is not looked up.
 * @param server URL of the API server
 */
export async function apiServerAddresses(reader: AuditReader, server: string): Promise<readonly string[]> {
  const slices = (await reader.all(endpointSlices, ofApiServer)) as readonly Slice[];
  const told = slices
    .filter(({ ports }) => (ports ?? []).some(({ port }) => (port ?? publicPort) === publicPort))
    .flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses ?? []));
  const { hostname, port } = new URL(server);
  const used = port === '' || port === String(publicPort) ? [hostname.replace(/^\[(.*)\]$/, '$1')] : [];
  return [...new Set([...told, ...used])].filter((address) => isIP(address) !== 0);
}
