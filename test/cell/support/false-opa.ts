/** A server in OPA's place in a pod, which answers as it likes. */
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Listens where OPA did until it is disposed. */
export async function falseOpa(url: string, listener: RequestListener): Promise<AsyncDisposable> {
  const server = createServer(listener);
  const end = Date.now() + 10_000;
  // The connections of the one before keep the address for a moment.
  while (!(await listens(server, Number(new URL(url).port)))) {
    if (Date.now() > end) {
      throw new Error(`${url} stays in use`);
    }
    await sleep(50);
  }
  return {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    server.removeAllListeners('error').once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
}

/** Answers everything with one body. */
export const says =
  (body: string, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(body);
