/** The guard against an OPA that misbehaves in every way a server can; the real OPA is in test/cell. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { GuardConfig, ToolContext, ToolEvent } from '../../guard/host.d.ts';
import { createMetrics } from '../../guard/metrics.js';
import { createOpaClient } from '../../guard/opa-client.js';
import { healthHandler } from '../../guard/routes.js';
import { toolGate } from '../../guard/tool-gate.js';

const pluginId = 'cellwright-guard';
const allowing = { allow: true, requireApproval: false, reasons: [], revision: 'r1' };
const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-guard-'));
const tokenFile = path.join(folder, 'opa-token');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let server: Server | undefined;
beforeEach(() => writeFileSync(tokenFile, 'secret\n'));
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  rmSync(tokenFile, { force: true });
});

async function listen(listener: RequestListener): Promise<GuardConfig> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const opaUrl = `http://127.0.0.1:${port}`;
  return { tenant: 'acme', opaUrl, tokenFile, revision: 'r1', credentialsFolder: folder };
}

/** What the trusted policy answers under a configuration. */
function judge(config: GuardConfig, event: ToolEvent, context: ToolContext = {}): Promise<object> {
  return toolGate({ opa: createOpaClient(config), config, metrics: createMetrics(), pluginId }).evaluate(
    event,
    context,
  );
}

const answer =
  (body: string, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
const deciding = (decision: object): RequestListener => answer(JSON.stringify({ result: decision }));

async function call(listener: RequestListener, event = { toolName: 'read', params: {} }): Promise<object> {
  return judge(await listen(listener), event);
}

const blocked = (reason: unknown): object => ({ block: true, blockReason: reason });

describe('the guard', () => {
  test('passes a call on a clear allow of the wanted revision', async () => {
    expect(await call(deciding(allowing))).toEqual({});
  });

  test.each<[string, RequestListener]>([
    ['an error status', answer('{"result":{}}', 500)],
    ['a refused token', answer('', 401)],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/x' }).end()],
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
    ['a closed connection', (request) => request.socket.destroy()],
  ])('blocks on %s', async (_name, listener) => {
    expect(await call(listener)).toEqual(blocked(expect.stringMatching(/^cellwright: policy gave no answer: /)));
  });

  test.each<[string, RequestListener]>([
    ['accepts and never answers', () => undefined],
    ['begins to answer and never ends', (_, response) => void response.writeHead(200).write('{')],
  ])('blocks within its deadline when OPA %s', async (_name, listener) => {
    const started = performance.now();
    expect(await call(listener)).toMatchObject({ block: true });
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test('blocks when nothing listens', async () => {
    const config = await listen(deciding(allowing));
    await new Promise((resolve) => server?.close(resolve));
    const decision = await judge(config, { toolName: 'x' });
    expect(decision).toEqual(blocked(expect.stringContaining('ECONNREFUSED')));
  });

  test('blocks when its token file is gone', async () => {
    const config = await listen(deciding(allowing));
    rmSync(tokenFile);
    const decision = await judge(config, { toolName: 'x' });
    expect(decision).toEqual(blocked(expect.stringContaining('ENOENT')));
  });

  test('blocks an allow of another revision', async () => {
    expect(await call(deciding({ ...allowing, revision: 'r0' }))).toEqual(blocked(expect.stringContaining('revision')));
  });

  test('blocks parameters that no JSON can hold', async () => {
    const event = { toolName: 'read', params: { size: 10n } };
    expect(await call(deciding(allowing), event as never)).toMatchObject({ block: true });
  });

  test('tells the reasons of a deny', async () => {
    const deny = { ...allowing, allow: false, reasons: ['enterprise/base: tools.deny "x"', 'no'] };
    expect(await call(deciding(deny))).toEqual(blocked('cellwright: enterprise/base: tools.deny "x"; no'));
  });

  test('names the place of a rule that could not be evaluated', async () => {
    const report = { errors: [{ message: 'split: operand 1', location: { file: 'bundle-a.rego', row: 6, col: 1 } }] };
    expect(await call(answer(JSON.stringify(report), 500))).toEqual(
      blocked('cellwright: policy gave no answer: OPA answered 500: bundle-a.rego:6: split: operand 1'),
    );
  });

  test('asks for an approval in its own name, within the bounds of OpenClaw', async () => {
    const decision = { ...allowing, requireApproval: true, reasons: ['r'.repeat(1000)] };
    expect(await call(deciding(decision), { toolName: 't'.repeat(100), params: {} })).toEqual({
      requireApproval: {
        pluginId,
        title: `Allow ${'t'.repeat(74)}`,
        description: 'r'.repeat(512),
        severity: 'warning',
        timeoutMs: 120_000,
        allowedDecisions: ['allow-once', 'deny'],
        onResolution: expect.any(Function),
      },
    });
  });

  test('sends the question with its token, and makes a failing rule an error', async () => {
    const seen: { url?: string; authorization?: string; input?: unknown } = {};
    const config = await listen((request, response) => {
      void bodyOf(request).then((body) => {
        Object.assign(seen, { url: request.url, authorization: request.headers.authorization, ...JSON.parse(body) });
        deciding(allowing)(request, response);
      });
    });
    const context = {
      agentId: 'main',
      sessionKey: 's',
      requester: { channel: 'telegram', senderId: '1002', senderIsOwner: false },
    };
    const event = { toolName: 'message', params: { to: 'x' } };
    expect(await judge(config, event, context)).toEqual({});
    expect(seen).toEqual({
      url: '/v1/data/cellwright/decision?strict-builtin-errors=true',
      authorization: 'Bearer secret',
      input: {
        tenant: 'acme',
        kind: 'tool',
        name: 'message',
        params: { to: 'x' },
        agent: 'main',
        session: 's',
        channel: 'telegram',
        requester: 'telegram:1002',
        owner: false,
      },
    });
  });

  test('keeps one connection for all its questions', async () => {
    let connections = 0;
    const config = await listen(deciding(allowing));
    server?.on('connection', () => (connections += 1));
    const { decide } = createOpaClient(config);
    await Promise.all(Array.from({ length: 20 }, () => decide({ tenant: 'acme', kind: 'tool', name: 'read' })));
    expect(connections).toBe(1);
  });
});

describe('its health', () => {
  async function status(listener: RequestListener): Promise<number> {
    const config = await listen(listener);
    const handle = healthHandler(createOpaClient(config), config);
    const front = createServer((request, response) => void handle(request, response));
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const response = await fetch(`http://127.0.0.1:${(front.address() as AddressInfo).port}/cellwright/health`);
    front.closeAllConnections();
    front.close();
    return response.status;
  }

  const serving = (revision: unknown): RequestListener => answer(JSON.stringify({ result: revision }));

  test('is 200 when OPA serves the wanted revision', async () => {
    expect(await status(serving('r1'))).toBe(200);
  });

  test.each<[string, RequestListener]>([
    ['another revision', serving('r0')],
    ['no policy', answer('{}')],
    ['an answer that is no text', serving(true)],
    ['an error', answer('', 500)],
  ])('is 503 on %s', async (_name, listener) => {
    expect(await status(listener)).toBe(503);
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
