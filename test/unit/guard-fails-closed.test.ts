/** The guard against an OPA that misbehaves: tool calls and health. */
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { GuardConfig, ToolContext, ToolEvent } from '../../guard/host.d.ts';
import { healthHandler } from '../../guard/routes.js';
import { toolGate } from '../../guard/tool-gate.js';
import { allowing, answer, bodyOf, deciding, listen, noAnswers, partsOf } from './guard-support/misbehaving-opa.ts';
import { wallMs } from './least-of.ts';

/** What the trusted policy answers under a configuration. */
function judge(config: GuardConfig, event: ToolEvent, context: ToolContext = {}): Promise<object> {
  return toolGate(partsOf(config)).evaluate(event, context);
}

async function call(listener: RequestListener, event = { toolName: 'read', params: {} }): Promise<object> {
  await using opa = await listen(listener);
  return await judge(opa.config, event);
}

const blocked = (reason: unknown): object => ({ block: true, blockReason: reason });

describe('the guard', () => {
  test('passes a call on a clear allow of the wanted revision', async () => {
    expect(await call(deciding(allowing))).toEqual({});
  });

  test.each(noAnswers)('blocks on %s', async (_name, listener) => {
    expect(await call(listener)).toEqual(blocked(expect.stringMatching(/^cellwright: policy gave no answer: /)));
  });

  test.each<[string, RequestListener]>([
    ['accepts and never answers', () => undefined],
    ['begins to answer and never ends', (_, response) => void response.writeHead(200).write('{')],
  ])('blocks within its deadline when OPA %s', async (_name, listener) => {
    const ms = await wallMs(3000, async () => expect(await call(listener)).toMatchObject({ block: true }));
    expect(ms).toBeLessThan(3000);
  });

  test('blocks when nothing listens', async () => {
    await using opa = await listen(deciding(allowing));
    await opa.stop();
    expect(await judge(opa.config, { toolName: 'x' })).toEqual(blocked(expect.stringContaining('ECONNREFUSED')));
  });

  test('blocks when its token file is gone', async () => {
    await using opa = await listen(deciding(allowing));
    rmSync(opa.config.tokenFile);
    expect(await judge(opa.config, { toolName: 'x' })).toEqual(blocked(expect.stringContaining('ENOENT')));
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
        pluginId: 'cellwright-guard',
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
    await using opa = await listen((request, response) => {
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
    expect(await judge(opa.config, { toolName: 'message', params: { to: 'x' } }, context)).toEqual({});
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
    await using opa = await listen(deciding(allowing));
    const { decide } = partsOf(opa.config).opa;
    await Promise.all(Array.from({ length: 20 }, () => decide({ tenant: 'acme', kind: 'tool', name: 'read' })));
    expect(opa.connections()).toBe(1);
  });
});

describe('its health', () => {
  async function status(listener: RequestListener, granted = true): Promise<number> {
    await using opa = await listen(listener);
    const handle = healthHandler(partsOf(opa.config).opa, opa.config, granted);
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

  test('is 503 when OpenClaw drops hooks of the guard', async () => {
    expect(await status(serving('r1'), false)).toBe(503);
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
