/** What reaches the webhook, good and hostile: each gets an answer, and none costs more than an error. */
import { performance } from 'node:perf_hooks';
import { describe, expect, test } from '@jest/globals';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { judgeRequest } from '../../runner/admission/judge-request.ts';
import type { JudgeDeps } from '../../runner/admission/judge-request.ts';
import type { AdmissionJudge } from '../../runner/admission/review.ts';
import { deepestNesting, mostValues, withinLimits } from '../../runner/admission/text-size.ts';
import { reviewOf, startWebhook, tenantGateway } from './admission-support.ts';
import type { Ask } from './admission-support.ts';
import { cpuMs } from './least-of.ts';
import { liveInputs } from './runner-support/live-inputs.ts';
import { ManualClock, turn } from './runner-support/manual-clock.ts';
import { readsOf } from './runner-support/stored-objects.ts';

const assets = loadAssets();
const { inputs } = liveInputs({ GatewayProfile: { default: {} } });
const deps: JudgeDeps = {
  inputs,
  assets,
  reads: readsOf(inputs).reads,
  brokenMs: () => 0,
  rego: { judge: () => Promise.reject(new Error('no bundle here has Rego')) },
};
const judge: AdmissionJudge = (request, signal) => judgeRequest(deps, request, signal);
const allow: AdmissionJudge = () => Promise.resolve({ problems: [], warnings: [] });
const textOf = (spec: unknown): string => JSON.stringify(reviewOf(tenantGateway(spec)));
const bundleText = (rego: string): string => {
  const object = { ...tenantGateway({ rego }), kind: 'PolicyBundle' };
  return JSON.stringify(reviewOf(object, { kind: 'PolicyBundle', name: 'acme' }));
};
const nested = (levels: number): string =>
  textOf({ openclaw: { config: 'HERE' } }).replace('"HERE"', '['.repeat(levels) + ']'.repeat(levels));

describe('a verdict', () => {
  test('has the uid of its request, and a line for each problem that says what to do', async () => {
    await using webhook = await startWebhook(judge);
    const review = reviewOf(tenantGateway({ replicas: 0, profil: 'x' }));
    const { status, response } = await webhook.ask(JSON.stringify(review));
    expect(status).toBe(200);
    expect(response).toMatchObject({
      uid: (review['request'] as { uid: string }).uid,
      allowed: false,
      status: { code: 422, reason: 'Invalid' },
    });
    const lines = response.status?.message.split('\n') ?? [];
    expect(lines).toHaveLength(2);
    expect(lines).toContainEqual(expect.stringMatching(/^spec\.profil: .+; .*profile/));
    expect((await webhook.ask(textOf({}))).response).toMatchObject({ allowed: true });
    expect(await webhook.metrics()).toContain('cellwright_admission_requests_total{verdict="denied"} 1');
    expect(await webhook.metrics()).toContain('cellwright_admission_requests_total{verdict="allowed"} 1');
  });

  test('names five problems, and cannot be made to write long lines or to steer a terminal', async () => {
    await using webhook = await startWebhook(judge);
    const keys = Array.from({ length: 9 }, (_, index) => [`\u001b[2J\n${'k'.repeat(9000)}${index}`, 1]);
    const { response } = await webhook.ask(textOf(Object.fromEntries(keys)));
    const message = response.status?.message ?? '';
    expect(message).not.toContain('\u001b');
    expect(message.split('\n')).toHaveLength(6);
    expect(message.endsWith('and 4 more: `cellwright validate` shows them all')).toBe(true);
    expect(message.length).toBeLessThan(6000);
  });

  test('says what to do to the end of the sentence, and leaves out whole problems where there is no room', async () => {
    const fix = `write one of ${'a, '.repeat(190)}or b`;
    const problems = Array.from({ length: 5 }, (_, index) => ({
      code: 'c',
      path: `spec["${'k'.repeat(9000)}"]`,
      message: `${index} ${'\u001b'.repeat(9000)}`,
      fix,
    }));
    await using webhook = await startWebhook(() => Promise.resolve({ problems, warnings: [] }));
    const lines = ((await webhook.ask(textOf({}))).response.status?.message ?? '').split('\n');
    expect(lines.slice(0, -1).map((line) => line.endsWith(`…; ${fix}`))).toEqual([true, true, true]);
    expect(lines.at(-1)).toBe('and 2 more: `cellwright validate` shows them all');
  });
});

/** A request that gets no verdict. */
interface Stranger {
  readonly body?: unknown;
  readonly ask?: Ask;
  readonly wanted: number;
}

describe('what is no review', () => {
  test.each([
    { name: 'another path', ask: { path: '/mutate' }, wanted: 404 },
    { name: 'another method', ask: { method: 'GET' }, wanted: 405 },
    { name: 'another content type', ask: { contentType: 'application/yaml' }, wanted: 415 },
    { name: 'an object of another kind', body: { kind: 'Status', apiVersion: 'v1' }, wanted: 400 },
    { name: 'no request', body: { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1' }, wanted: 400 },
    { name: 'a text', body: 'AdmissionReview', wanted: 400 },
  ] as const)('$name is answered $wanted', async ({ body = {}, ask = {}, wanted }: Stranger) => {
    await using webhook = await startWebhook(allow);
    expect((await webhook.ask(JSON.stringify(body), ask)).status).toBe(wanted);
  });

  test('a caller that opens a connection and says nothing does not hold up the end', async () => {
    const webhook = await startWebhook(allow);
    const silent = webhook.raw('');
    const unshaken = webhook.unshaken();
    await webhook.ask(textOf({}));
    const began = performance.now();
    await webhook[Symbol.asyncDispose]();
    expect(await silent).toBe('');
    await unshaken;
    // Not when the silent one is cut off for its silence.
    expect(performance.now() - began).toBeLessThan(4000);
  });

  test('broken JSON is not quoted back', async () => {
    await using webhook = await startWebhook(allow);
    const { status, text } = await webhook.ask('{"token": "s3cret');
    expect(status).toBe(400);
    expect(text).not.toContain('s3cret');
  });

  test('a body that says it is too long is answered before it is sent', async () => {
    await using webhook = await startWebhook(allow);
    const answer = await webhook.raw(
      'POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10000000\r\n\r\n{"a":',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('a body that becomes too long is read no further', async () => {
    await using webhook = await startWebhook(allow);
    const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
    const head =
      'POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    const answer = await webhook.raw(`${head}${chunk.repeat(5)}1\r\n \r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('whoever sends a body slowly is cut off after five seconds', async () => {
    const clock = new ManualClock();
    await using webhook = await startWebhook(allow, clock);
    const head = 'POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n';
    const answer = webhook.raw(`${head}{`);
    while (clock.nextIn === undefined) await turn();
    expect(clock.nextIn).toBe(5000);
    await clock.advance(5000);
    expect(await answer).toBe('');
    // That is nothing that an operator must see.
    expect(webhook.lines).toEqual([]);
    expect(await webhook.metrics()).toContain('cellwright_admission_requests_total{verdict="refused"} 1');
  });
});

describe('a judge', () => {
  const never: AdmissionJudge = () => new Promise(() => undefined);

  test('that fails leaves the request to the failurePolicy, and tells the log alone why', async () => {
    await using webhook = await startWebhook(() => Promise.reject(new Error('the secret of the judge')));
    const failed = await webhook.ask(textOf({}));
    expect(failed.status).toBe(500);
    expect(failed.text).not.toContain('secret');
    expect(webhook.lines.join('')).toContain('the secret of the judge');
    expect(await webhook.metrics()).toContain('cellwright_admission_requests_total{verdict="unjudged"} 1');
  });

  test('that is told to come to an end says what it has found', async () => {
    const clock = new ManualClock();
    const problem = { code: 'c', path: 'spec', message: 'found so far', fix: 'mend it' };
    const judge: AdmissionJudge = (_request, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ problems: [problem], warnings: [] }), { once: true }),
      );
    await using webhook = await startWebhook(judge, clock);
    const asked = webhook.ask(textOf({}));
    while (clock.nextIn !== 3500) await turn();
    await clock.advance(3500);
    expect((await asked).response).toMatchObject({
      allowed: false,
      status: { message: expect.stringContaining('found so far') },
    });
  });

  test('that hangs is given up before the API server gives up, and no more than 32 wait at once', async () => {
    const clock = new ManualClock();
    await using webhook = await startWebhook(never, clock);
    let done = 0;
    const asked = Array.from({ length: 40 }, async () => {
      const { status } = await webhook.ask(textOf({}));
      done += 1;
      return status;
    });
    while (done < 8) await turn();
    expect(clock.nextIn).toBe(3500);
    await clock.advance(4000);
    const statuses = await Promise.all(asked);
    expect(statuses.filter((status) => status === 503)).toHaveLength(8);
    expect(statuses.filter((status) => status === 500)).toHaveLength(32);
  });
});

describe('a hostile object', () => {
  const hostile = {
    'one hundred thousand lists in each other': nested(100_000),
    'one hundred thousand lists that never end': nested(100_000).replaceAll(']', ''),
    'as many values as fit': textOf({ openclaw: { config: 'HERE' } }).replace(
      '"HERE"',
      `[${'[],'.repeat(1_700_000)}0]`,
    ),
    'four megabytes of text where a pattern looks': textOf({ organization: 'a-'.repeat(2_000_000) }),
    'a text that makes patterns look twice': textOf({ openclaw: { version: `${'1.'.repeat(1_000_000)}!` } }),
    'a huge regex where names of tools stand': textOf({
      policy: { tools: { allow: [`^${'(a|aa|a?)+*'.repeat(300_000)}$`] } },
    }),
    'names of tools that are full of stars': textOf({
      policy: { tools: { allow: Array.from({ length: 256 }, (_, index) => `${'a*'.repeat(120)}${index}`) } },
    }),
    'a huge regex in Rego': bundleText(
      `deny contains "x" if regex.match("^${'(a|aa|a?)+'.repeat(400_000)}$", input.name)`,
    ),
    'a regex in Rego as large as it may be, in an object that is refused': bundleText(
      `package mine\ndeny contains "x" if regex.match("^${'(a|aa|a?)+'.repeat(26_000)}$", input.name)`,
    ),
    'billion laughs in a text': textOf({
      openclaw: { config: { yaml: `a: &a [lol]\n${'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n'.repeat(50_000)}` } },
    }),
    'a hundred thousand unknown fields': textOf(
      Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`field${index}`, index])),
    ),
    'one unknown field of four megabytes': textOf({ ['replicas'.repeat(500_000)]: 1 }),
  };

  // Half of what an API server waits for a verdict.
  const mostMs = 2500;

  test.each(Object.entries(hostile))('%s: answered, and soon', async (name, body) => {
    const ms = await cpuMs(mostMs, async () => {
      // Of its own each time: who was dear once is turned away.
      await using webhook = await startWebhook(judge);
      const { status, text } = await webhook.ask(body);
      expect(status).toBe(200);
      expect(text.length).toBeLessThan(10_000);
    });
    process.stderr.write(`${name}: ${body.length} bytes cost ${ms} ms\n`);
    expect(ms).toBeLessThan(mostMs);
  });

  test('that lies too deep is refused by name without being parsed', async () => {
    await using webhook = await startWebhook(allow);
    expect((await webhook.ask(nested(50))).response).toMatchObject({ allowed: true });
    const { response } = await webhook.ask(nested(100_000));
    expect(response).toMatchObject({ allowed: false });
    expect(response.status?.message).toContain(`${deepestNesting} levels`);
  });

  test.each([
    ['deeper than may be', '['.repeat(3000) + ']'.repeat(3000)],
    ['with more values than may be', `[${'0,'.repeat(mostValues)}0]`],
  ])('that was stored %s can be written smaller, and not otherwise', async (_, tooMuch) => {
    await using webhook = await startWebhook(({ object, oldObject }) => {
      const problem = { code: 'c', path: '', message: JSON.stringify([object, oldObject]), fix: 'x' };
      return Promise.resolve({ problems: [problem], warnings: [] });
    });
    const update = (object: string, oldObject: string): string =>
      JSON.stringify(reviewOf('NEW', { kind: 'TenantGateway', name: 'acme' }))
        .replace('"operation":"CREATE"', '"operation":"UPDATE"')
        .replace('"NEW"', object)
        .replace('"oldObject":null', `"oldObject" : ${oldObject}`);
    const messageOf = async (body: string): Promise<string> => (await webhook.ask(body)).response.status?.message ?? '';
    // The whole of what is stored is left out of the text, wherever its name stands beside.
    const small = '{"oldObject":1,"a":"\\"oldObject\\":["}';
    expect(await messageOf(update(small, `{"a":${tooMuch}}`))).toBe(`[${small},null]; x`);
    expect(await messageOf(update(small, '{"a":{"oldObject":[2]}}'))).toBe(`[${small},{"a":{"oldObject":[2]}}]; x`);
    expect(await messageOf(update(tooMuch, tooMuch))).toMatch(/^(lists and objects lie|it has more than)/);
  });

  test('is measured by its text: what stands in strings does not count', () => {
    const excessOf = (text: string): string | undefined => {
      const scanned = withinLimits(Buffer.from(text));
      return 'excess' in scanned ? scanned.excess.code : undefined;
    };
    expect(excessOf(JSON.stringify({ a: '[{"\\'.repeat(1000) }))).toBeUndefined();
    expect(excessOf('['.repeat(deepestNesting))).toBeUndefined();
    expect(excessOf('[{'.repeat(deepestNesting))).toBe('admission.too-deep');
    expect(excessOf('0,'.repeat(mostValues + 1))).toBe('admission.too-many-values');
    expect(excessOf('"\\')).toBeUndefined();
    // Only what the API server puts under this name is stored.
    for (const body of [
      '{"oldObject":HERE}',
      '{"request":{"object":{"oldObject":HERE}}}',
      '{"r":{"oldObject":1,"o":HERE}}',
    ]) {
      expect(excessOf(body.replace('HERE', '['.repeat(deepestNesting)))).toBe('admission.too-deep');
    }
  });
});
