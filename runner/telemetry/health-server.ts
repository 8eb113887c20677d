/** HTTP for probes and Prometheus: `/livez` (a restart would not help), `/readyz` (the picture of the cluster is whole), `/metrics`. */
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { listen } from './listen.ts';

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
  const server = createServer((request, response) => {
    void answer(options, request.url ?? '/', response);
  });
  const address = await listen(
    server,
    options.address,
    (problem, cause) => new HealthAddressError(options.address, problem, cause),
  );
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
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
