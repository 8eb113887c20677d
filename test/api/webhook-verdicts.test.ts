/**
 * The runner's own judge behind a real API server, with the rights and walls of the platform: what it says of an object is what
 * `cellwright validate` says of it. The registration is a copy that fails where the platform's lets pass, so that no write goes unjudged.
 */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openFleet } from '../../cli/fleet/open-fleet.ts';
import type { OpenFleet } from '../../cli/fleet/open-fleet.ts';
import { opaBuildMs, realOpa } from '../rego/support/opa.ts';
import { fleet, folderWith, newcomer, objectOf, sentence, verdictCases } from '../unit/verdict-cases.ts';
import type { VerdictCase, Written } from '../unit/verdict-cases.ts';
import type { TestObject, TestResponse } from './support/api-client.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { installPlatform } from './support/installed-platform.ts';
import { runnerCluster } from './support/runner-account.ts';
import { kubectl } from './support/kubectl.ts';
import { createObject, eventually, ours, startTestRunner } from './support/running-fleet.ts';
import type { TestRunner } from './support/running-fleet.ts';
import { register, untilAsked } from './support/webhook.ts';

const plane = controlPlaneOfFile();
const denied = 'admission webhook "validate.cellwright.dev" denied the request: ';
let runner: TestRunner | undefined;

/** Created and not stored. */
const attempt = (written: Written): Promise<TestResponse> =>
  plane().admin.send({ method: 'POST', path: `${ours(written.kind)}?dryRun=All`, body: objectOf(written) });
const verdictsGiven = async (verdict: string): Promise<number> =>
  (await runner?.metric(`cellwright_admission_requests_total{verdict="${verdict}"}`)) ?? 0;

beforeAll(async () => {
  await realOpa();
  await installPlatform(plane());
  const cluster = await runnerCluster(plane());
  const admission = { address: '127.0.0.1:0', names: ['127.0.0.1'], spreadMs: 200, lingerMs: 0 };
  runner = await startTestRunner(plane(), { cluster, admission });
  // Profile `default` is there already.
  for (const written of fleet.slice(1)) await createObject(plane(), written.kind, written);
  for (const { kind, name } of fleet) await eventually(() => isSeen(kind, name));
  // For as long as the control plane is there.
  await register(plane(), runner.admissionAddress ?? '', 'Fail');
  await untilAsked(plane(), () => verdictsGiven('allowed'));
}, opaBuildMs);

afterAll(async () => {
  await runner?.stop();
});

/** Its status shows that the runner has it in its caches. */
async function isSeen(kind: string, name: string): Promise<boolean> {
  const { metadata, status } = (await plane().admin.object({ path: ours(kind, name) })) as TestObject & {
    status?: { observedGeneration?: number };
  };
  return status?.observedGeneration === metadata.generation;
}

/** What the command says of the added object. */
async function byCommand(written: Pick<Written, 'kind' | 'spec'>): Promise<Pick<OpenFleet, 'problems' | 'warnings'>> {
  const folder = folderWith(written);
  const { problems, warnings } = await openFleet(folder, { progress: () => undefined });
  await rm(folder, { recursive: true });
  const own = (found: typeof problems): typeof problems =>
    found.filter(({ object }) => object === `${written.kind} ${newcomer}`);
  return { problems: own(problems), warnings: own(warnings) };
}

test.each(Object.entries(verdictCases))('%s', async (_what, verdictCase) => {
  const { kind, spec, problems, says = [], byDefinition = false } = verdictCase;
  const command = await byCommand({ kind, spec });
  expect(command.problems.map(({ code }) => code)).toEqual(problems);
  const verdict = problems.length === 0 ? 'allowed' : 'denied';
  const before = await verdictsGiven(verdict);
  const { status, body, warnings } = await attempt({ kind, name: newcomer, spec });
  expect(warnings).toEqual(command.warnings.map(sentence));
  expect(await verdictsGiven(verdict)).toBe(before + (byDefinition ? 0 : 1));
  if (problems.length === 0) {
    expect([status, status === 201 ? undefined : body]).toEqual([201, undefined]);
    return;
  }
  expect(body).toMatchObject({ code: 422, reason: 'Invalid' });
  const { message } = body as { message: string };
  if (byDefinition) {
    // In the words of the API server around those of the rule.
    expect(message).toContain(`${kind}.cellwright.dev "${newcomer}" is invalid`);
    for (const { path: place, fix } of command.problems)
      for (const part of [place, fix]) expect(message).toContain(part);
  } else {
    expect(message).toBe(denied + command.problems.map(sentence).join('\n'));
    for (const words of says) expect(message).toContain(words);
  }
});

describe('beyond what a fleet in Git shows', () => {
  test('a namespace that somebody else made is refused by name', async () => {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `tenant-${newcomer}` } };
    await plane().admin.ok({ method: 'POST', path: '/api/v1/namespaces', body });
    const { status, body: answer } = await attempt({ kind: 'TenantGateway', name: newcomer, spec: {} });
    expect(status).toBe(422);
    expect((answer as { message: string }).message).toBe(
      `${denied}metadata.name: namespace tenant-${newcomer} is not for this tenant: it has no label cellwright.dev/tenant; remove the namespace, or choose another tenant name`,
    );
    // What is there already is judged by what it says, not by where it came from.
    await plane().admin.ok({ method: 'DELETE', path: `/api/v1/namespaces/tenant-${newcomer}` });
  });

  test('a change is judged as a new object is, and one that says nothing new is not', async () => {
    const path = ours('TenantGateway', 'holder');
    const patch = (body: object): Promise<TestResponse> =>
      plane().admin.send({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
    const { status, body } = await patch({ spec: { profile: 'smal' } });
    expect([status, (body as { message: string }).message]).toEqual([
      422,
      `${denied}spec.profile: there is no GatewayProfile smal; did you mean small?`,
    ]);
    expect((await patch({ metadata: { labels: { seen: 'yes' } } })).status).toBe(200);
  });

  test('a profile is refused for the tenants that it would stop', async () => {
    await createObject(plane(), 'TenantGateway', {
      name: 'heavy',
      spec: { profile: 'small', resources: { cpu: '900m' } },
    });
    await eventually(() => isSeen('TenantGateway', 'heavy'));
    const { status, body } = await plane().admin.send({
      method: 'PATCH',
      path: ours('GatewayProfile', 'small'),
      body: { spec: { limits: { cpu: '500m' } } },
      contentType: 'application/merge-patch+json',
    });
    expect(status).toBe(422);
    expect((body as { message: string }).message).toContain(
      `${denied}spec: tenant heavy would not be valid any more: spec.resources.cpu: `,
    );
  });
});

test('kubectl shows refusals and warnings to whoever applies', async () => {
  const apply = async (what: string): Promise<{ code: number | null; stderr: string }> => {
    const { kind, spec } = verdictCases[what] as VerdictCase;
    const file = path.join(plane().dir, 'applied.json');
    await writeFile(file, JSON.stringify(objectOf({ kind, name: newcomer, spec })));
    return kubectl(plane().kubeconfigPath, ['apply', '--server-side', '--dry-run=server', '-f', file]);
  };
  const warned = await apply('a grant to a tenant that is not there');
  expect([warned.code, warned.stderr]).toEqual([
    0,
    'Warning: spec.grants[0].tenant: there is no TenantGateway holdr; did you mean holder?\n',
  ]);
  const refused = await apply('a bundle in vain, by two levels');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('bundle base of the enterprise level denies it (tools.deny "exec")');
  expect(refused.stderr).toContain('bundle models of the organization level does not name it in models.allow');
});
