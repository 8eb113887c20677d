/** Hooks around runs, messages and tool calls: OpenClaw goes on when some of them throw, so the guard must answer itself. */
import { describe, expect, test } from '@jest/globals';
import type { RequestListener } from 'node:http';
import { messageGate } from '../../guard/message-gate.js';
import { toolGate } from '../../guard/tool-gate.js';
import { allowing, bodyOf, deciding, listen, noAnswers, partsOf } from './guard-support/misbehaving-opa.ts';

const denying = { ...allowing, allow: false, reasons: ['no'] };

/** What each hook answers for an event of its own. */
async function allHooks(listener: RequestListener): Promise<Record<'run' | 'inbound' | 'outbound', unknown>> {
  await using opa = await listen(listener);
  const gate = messageGate(partsOf(opa.config));
  return {
    run: await gate.run({ senderId: '1002' }, { modelProviderId: 'fake', modelId: 'm', channel: 'telegram' }),
    inbound: await gate.inbound({ content: 'hi', channel: 'telegram', senderId: '1002' }, {}),
    outbound: await gate.outbound({ to: 'telegram:1002', content: 'hi' }, { channelId: 'telegram' }),
  };
}

const refused = {
  run: { outcome: 'block', reason: expect.stringMatching(/^cellwright: /), message: 'Policy does not allow this.' },
  inbound: { handled: true },
  outbound: { cancel: true, cancelReason: expect.stringMatching(/^cellwright: /) },
};

describe('hooks around runs and messages', () => {
  test('let pass what policy allows, and send the very text that was judged', async () => {
    expect(await allHooks(deciding(allowing))).toEqual({
      run: { outcome: 'pass' },
      inbound: undefined,
      outbound: { content: 'hi' },
    });
  });

  test('stop what policy denies', async () => {
    expect(await allHooks(deciding(denying))).toEqual(refused);
  });

  test('stop what needs approval, which nobody can be asked for here', async () => {
    expect(await allHooks(deciding({ ...allowing, requireApproval: true }))).toEqual(refused);
  });

  test.each(noAnswers)('stop everything on %s', async (_name, listener) => {
    expect(await allHooks(listener)).toEqual(refused);
  });

  test('stop events that no question can be made of', async () => {
    await using opa = await listen(deciding(allowing));
    const gate = messageGate(partsOf(opa.config));
    expect(await gate.outbound(undefined as never, {})).toEqual(refused.outbound);
    expect(await gate.inbound(undefined as never, {})).toEqual(refused.inbound);
    expect(await gate.run(undefined as never, {})).toMatchObject({ outcome: 'block' });
  });

  test('ask for the sender of a run besides its model, and for nobody where a run has no sender', async () => {
    const asked: string[] = [];
    await using opa = await listen((request, response) => {
      void bodyOf(request).then((body) => {
        const { kind, name, requester } = (JSON.parse(body) as { input: Record<string, string> }).input;
        asked.push(`${kind ?? ''} ${name ?? requester ?? ''}`);
        deciding(allowing)(request, response);
      });
    });
    const gate = messageGate(partsOf(opa.config));
    const context = { modelProviderId: 'fake', modelId: 'm', channel: 'telegram' };
    await gate.run({ senderId: '1002' }, context);
    await gate.run({}, context);
    expect(asked).toEqual(['inbound telegram:1002', 'model fake/m', 'model fake/m']);
  });
});

describe('a tool call behind the hooks of other plugins', () => {
  /** How many questions come of a call that is judged with some parameters and comes to the hook with others. */
  async function secondLook(first: object, second: object, decision: object = allowing): Promise<[unknown, number]> {
    let questions = 0;
    await using opa = await listen((request, response) => {
      questions += 1;
      deciding(questions === 1 ? allowing : decision)(request, response);
    });
    const gate = toolGate(partsOf(opa.config));
    await gate.evaluate({ toolName: 'write', params: first, toolCallId: 'c1' }, {});
    return [await gate.holdFast({ toolName: 'write', params: second, toolCallId: 'c1' }, {}), questions];
  }

  test('is not asked twice, and keeps the parameters that were judged', async () => {
    expect(await secondLook({ path: 'a' }, { path: 'a' })).toEqual([{ params: { path: 'a' } }, 1]);
  });

  test('is asked again when its parameters are others than those that were judged', async () => {
    expect(await secondLook({ path: 'a' }, { path: 'b' }, denying)).toEqual([
      { block: true, blockReason: 'cellwright: no' },
      2,
    ]);
  });

  test('is asked when policy has not seen it', async () => {
    await using opa = await listen(deciding(denying));
    const { holdFast } = toolGate(partsOf(opa.config));
    expect(await holdFast({ toolName: 'write', params: {} }, {})).toMatchObject({ block: true });
  });

  test('passes once when a person said yes, and its outcome is told to OPA', async () => {
    const told: unknown[] = [];
    await using opa = await listen((request, response) => {
      void bodyOf(request).then((body) => {
        told.push([request.url?.split('?')[0], (JSON.parse(body) as { input: { outcome?: string } }).input.outcome]);
        deciding({ ...allowing, requireApproval: true })(request, response);
      });
    });
    const gate = toolGate(partsOf(opa.config));
    const event = { toolName: 'message', params: {}, toolCallId: 'c1' };
    const { requireApproval } = (await gate.evaluate(event, {})) as {
      requireApproval: { onResolution: (outcome: string) => Promise<void> };
    };
    await requireApproval.onResolution('allow-once');
    expect(await gate.holdFast(event, {})).toEqual({ params: {} });
    expect(told).toEqual([
      ['/v1/data/cellwright/decision', undefined],
      ['/v1/data/cellwright/outcome', 'allow-once'],
    ]);
    expect(await gate.holdFast(event, {})).toMatchObject({ requireApproval: expect.anything() });
  });
});

test('Rego of Audit bundles is asked for by itself, and nobody waits for it', async () => {
  const paths: (string | undefined)[] = [];
  await using opa = await listen((request, response) => {
    paths.push(request.url?.split('?')[0]);
    if (paths.length === 1) {
      deciding({ ...allowing, auditRego: true })(request, response);
    }
  });
  expect(await toolGate(partsOf(opa.config)).evaluate({ toolName: 'read' }, {})).toEqual({});
  while (paths.length < 2) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(paths).toEqual(['/v1/data/cellwright/decision', '/v1/data/cellwright/audit']);
});
