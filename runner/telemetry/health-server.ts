/** HTTP for probes and Prometheus: `/livez` (a restart would not help), `/readyz` (the picture of the cluster is whole), `/metrics`. */
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** What the server tells. */
export interface HealthOptions {
  /** `host:port`; an empty host means every interface, port 0 a free one. */
  readonly address: string;
  readonly registry: Registry;
  /** What hangs for good; undefined while the process turns. */
  readonly stuckBecause: () => string | undefined;
  /** What is missing for being ready; undefined when ready. */
  readonly notReadyBecause: () => string | undefined;
}

/** A server that listens. */
export interface HealthServer {
  /** `host:port` that it really listens on. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** The address cannot be used. */
export class HealthAddressError extends Error {
  readonly code = 'runner.health-address';

  constructor(address: string, problem: string, cause?: unknown) {
    super(`Health address ${JSON.stringify(address)}: ${problem}; use host:port, for example 127.0.0.1:8080 or :8080`, {
      cause,
    });
    this.name = 'HealthAddressError';
  }
}

/**
 * Starts listening.
 * @throws HealthAddressError for an address that is no `host:port`, is taken, or is not of this machine
 */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  const { host, port } = parseAddress(options.address);
  const server = createServer((request, response) => {
    void answer(options, request.url ?? '/', response);
  });
  await listen(server, { host, port }, options.address);
  const bound = server.address() as AddressInfo;
  return {
    address: `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function parseAddress(address: string): { host: string | undefined; port: number } {
  const match = /^(?<host>\[[0-9a-fA-F:]+\]|[^:]*):(?<port>\d{1,5})$/.exec(address);
  const port = Number(match?.groups?.['port']);
  if (match === null || port > 65535) throw new HealthAddressError(address, 'this is no host:port');
  const host = match.groups?.['host']?.replace(/^\[|\]$/g, '');
  return { host: host === '' ? undefined : host, port };
}

function listen(
  server: Server,
  { host, port }: { host: string | undefined; port: number },
  address: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new HealthAddressError(address, error.message, error)));
    server.listen({ host, port }, resolve);
  });
}

async function answer(
  { registry, stuckBecause, notReadyBecause }: HealthOptions,
  url: string,
  response: ServerResponse,
): Promise<void> {
  const path = url.split('?', 1)[0];
  if (path === '/metrics') {
    response.setHeader('content-type', registry.contentType);
    response.end(await registry.metrics());
    return;
  }
  const probe = new Map([
    ['/livez', stuckBecause],
    ['/readyz', notReadyBecause],
  ]).get(path ?? '');
  const problem = probe === undefined ? 'not found' : probe();
  response.statusCode = probe === undefined ? 404 : problem === undefined ? 200 : 503;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(`${problem ?? 'ok'}\n`);
}
