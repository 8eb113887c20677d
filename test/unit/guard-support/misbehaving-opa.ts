/** Servers in OPA's place that misbehave in every way a server can; the real OPA is in test/cell. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GuardConfig } from '../../../guard/host.d.ts';
import { createMetrics } from '../../../guard/metrics.js';
import { createOpaClient } from '../../../guard/opa-client.js';

/** A clear allow. */
export const allowing = { allow: true, requireApproval: false, reasons: [], revision: 'r1' };

/** A server with the configuration of a guard that asks it. */
export interface Asked extends AsyncDisposable {
  readonly config: GuardConfig;
  /** Connections so far. */
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts a server that answers as the listener says. */
export async function listen(listener: RequestListener): Promise<Asked> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-guard-'));
  const tokenFile = path.join(folder, 'opa-token');
  writeFileSync(tokenFile, 'secret\n');
  let connections = 0;
  const server = createServer(listener);
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const opaUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    config: { tenant: 'acme', opaUrl, tokenFile, revision: 'r1', credentialsFolder: path.join(folder, 'credentials') },
    connections: () => connections,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the guard's gates are made of. */
export function partsOf(config: GuardConfig) {
  return {
    opa: createOpaClient(config),
    config,
    metrics: createMetrics(),
    judged: new Map<string, string>(),
    pluginId: 'cellwright-guard',
  };
}

/** Answers everything with one body. */
export const answer =
  (body: string, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };

/** Answers everything with one decision. */
export const deciding = (decision: object): RequestListener => answer(JSON.stringify({ result: decision }));

/** Every way in which an answer is none. */
export const noAnswers: readonly (readonly [string, RequestListener])[] = [
  ['an error status', answer('{"result":{}}', 500)],
  ['a refused token', answer('', 401)],
  ['a redirect', (_, response) => void response.writeHead(302, { location: '/x' }).end()],
  ['an undefined decision', answer('{}')],
  ['a bare true', answer('{"result":true}')],
  ['null', answer('null')],
  ['HTML', answer('<html></html>')],
  ['nothing', answer('')],
  ['an allow that is a text', deciding({ ...allowing, allow: 'true' })],
  ['an allow without a word on approval', deciding({ ...allowing, requireApproval: undefined })],
  ['an allow without revision', deciding({ ...allowing, revision: undefined })],
  ['10 MB', deciding({ ...allowing, reasons: ['x'.repeat(10 ** 7)] })],
  [
    'an answer that breaks off',
    (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('{"result"'),
  ],
  ['a closed connection', (request) => void request.socket.destroy()],
];

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
