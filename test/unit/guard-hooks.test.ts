/** Hooks around runs, messages and tool calls: OpenClaw goes on when some of them throw, so the guard must answer itself. */
import { describe, expect, test } from '@jest/globals';
import type { RequestListener } from 'node:http';
import { messageGate } from '../../guard/message-gate.js';
import { toolGate } from '../../guard/tool-gate.js';
import { allowing, bodyOf, deciding, listen, noAnswers, partsOf } from './guard-support/misbehaving-opa.ts';
import { wallMs } from './least-of.ts';

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

test('what happens is counted as Prometheus reads it', async () => {
  await using opa = await listen(deciding(denying));
  const parts = partsOf(opa.config);
  await messageGate(parts).inbound({ channel: 'telegram', senderId: 'a"b\\c\n' }, {});
  await opa.stop();
  await toolGate(parts).evaluate({ toolName: 'read' }, {});
  for (let model = 0; model < 100; model += 1) {
    parts.metrics.count('cellwright_tokens_total', { model: `fake/${model}`, kind: 'input' }, 2);
  }
  const lines = parts.metrics.text().split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'cellwright_decisions_total{kind="inbound",outcome="deny"} 1',
      'cellwright_decisions_total{kind="tool",outcome="error"} 1',
      'cellwright_opa_errors_total 1',
      'cellwright_approvals_total 0',
      'cellwright_decision_seconds_bucket{le="+Inf"} 2',
      'cellwright_decision_seconds_count 2',
    ]),
  );
  // However many models there are, what the scraper keeps is bounded.
  const tokens = lines.filter((text) => text.startsWith('cellwright_tokens_total'));
  expect([tokens.length, tokens.at(-1)]).toEqual([65, 'cellwright_tokens_total{label="other"} 72']);
});

test('Rego of Audit bundles is asked for by itself, and no decision waits for it', async () => {
  const paths: (string | undefined)[] = [];
  await using opa = await listen((request, response) => {
    paths.push(request.url?.split('?')[0]);
    // What is only logged gets no answer here.
    if (request.url?.includes('/decision') === true) {
      deciding({ ...allowing, auditRego: true })(request, response);
    }
  });
  const ms = await wallMs(900, async () => {
    const { evaluate } = toolGate(partsOf(opa.config));
    expect([await evaluate({ toolName: 'read' }, {}), await evaluate({ toolName: 'read' }, {})]).toEqual([{}, {}]);
  });
  // One that waits is at its deadline, a second.
  expect(ms).toBeLessThan(900);
  while (!paths.includes('/v1/data/cellwright/audit')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});
