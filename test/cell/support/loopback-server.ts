/** A JSON-speaking HTTP server on a free loopback port, the base of the fakes that a cell talks to. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request, its body read. */
export interface LoopbackRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** What stands behind `Bearer` in the header, if anything does. */
  readonly bearer: string | undefined;
  readonly body: unknown;
  readonly response: ServerResponse;
}

/** Answers a request, now or later. */
export type Answer = (request: LoopbackRequest) => void | Promise<void>;

/** A running server; disposing it drops connections that are still open, long polls included. */
export class LoopbackServer implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(answer: Answer): Promise<LoopbackServer> {
    const server = createServer((request, response) => {
      serve(request, response, answer).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : new Error(String(error)));
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new LoopbackServer(server);
  }

  /** Origin, without a slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Ends a response with a value as JSON. */
export function respond(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function serve(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  await answer({
    method: request.method ?? 'GET',
    path: pathname,
    bearer: /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1],
    body: bodyOf(Buffer.concat(chunks).toString('utf8'), searchParams),
    response,
  });
}

/** Members of a JSON body; those of a form or of the query, which carry texts only. */
function bodyOf(text: string, query: URLSearchParams): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: a GET, or a form.
    return Object.fromEntries([...query, ...new URLSearchParams(text)]);
  }
}
