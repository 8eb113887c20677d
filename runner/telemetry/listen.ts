/** Addresses that a server of ours is told to listen on. */
import type { AddressInfo, Server } from 'node:net';

/** Makes the error for an address that cannot be used. */
export type AddressProblem = (problem: string, cause?: unknown) => Error;

/**
 * Listens on `host:port`; an empty host means every interface, port 0 a free one.
 * @returns `host:port` that it really listens on
 * @throws what `problem` makes, for an address that is no `host:port`, is taken, or is not of this machine
 */
export async function listen(server: Server, address: string, problem: AddressProblem): Promise<string> {
  const { host, port } = parseAddress(address, problem);
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error): void => reject(problem(error.message, error));
    server.once('error', onError);
    server.listen({ host, port }, () => {
      server.off('error', onError);
      resolve();
    });
  });
  const bound = server.address() as AddressInfo;
  return `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
}

function parseAddress(address: string, problem: AddressProblem): { host: string | undefined; port: number } {
  const match = /^(?<host>\[[0-9a-fA-F:]+\]|[^:]*):(?<port>\d{1,5})$/.exec(address);
  const port = Number(match?.groups?.['port']);
  if (match === null || port > 65535) throw problem('this is no host:port');
  const host = match.groups?.['host']?.replace(/^\[|\]$/g, '');
  return { host: host === '' ? undefined : host, port };
}
