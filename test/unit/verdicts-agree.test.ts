/** `cellwright validate` and the webhook say the same of an object, word for word; what opa says is in test/api/webhook-verdicts.test.ts. */
import { rmSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { judgeFleet } from '../../files/fleet/judge-fleet.ts';
import { readFleet } from '../../files/read/read-fleet.ts';
import { judgeRequest } from '../../runner/admission/judge-request.ts';
import type { JudgeDeps } from '../../runner/admission/judge-request.ts';
import { opaVerdicts } from '../../runner/rego/opa-verdicts.ts';
import { live, liveInputs } from './runner-support/live-inputs.ts';
import { readsOf } from './runner-support/stored-objects.ts';
import { fleet, folderWith, newcomer, sentence, verdictCases } from './verdict-cases.ts';
import type { VerdictCase, Written } from './verdict-cases.ts';

const assets = loadAssets();

interface Said {
  readonly codes: readonly string[];
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** What the command says of the added object; of the others it has nothing to say. */
function byCommand({ kind, spec }: VerdictCase, without: readonly Written['kind'][] = []): Said {
  const folder = folderWith({ kind, spec });
  const input = readFleet(folder);
  rmSync(folder, { recursive: true });
  const tenants = without.includes('TenantGateway') ? [] : input.tenants;
  const { problems, warnings } = judgeFleet({ ...input, tenants }, assets);
  expect(new Set([...problems, ...warnings].map(({ object }) => object))).toEqual(
    new Set(problems.length + warnings.length === 0 ? [] : [`${kind} ${newcomer}`]),
  );
  return {
    codes: [...problems, ...warnings].map(({ code }) => code),
    problems: problems.map(sentence).sort(),
    warnings: warnings.map(sentence).sort(),
  };
}

/** What the webhook says of the same object when it is new. */
async function byWebhook({ kind, spec }: VerdictCase, without: readonly Written['kind'][] = []): Promise<Said> {
  const present = fleet.filter((object) => !without.includes(object.kind));
  const specsOf = (of: string): Record<string, object> =>
    Object.fromEntries(present.flatMap((object) => (object.kind === of ? [[object.name, object.spec]] : [])));
  const kinds = ['GatewayProfile', 'PolicyBundle', 'TenantGateway'];
  const { inputs } = liveInputs(Object.fromEntries(kinds.map((of) => [of, specsOf(of)])));
  const deps: JudgeDeps = {
    inputs,
    assets,
    reads: readsOf(inputs).reads,
    brokenMs: () => 0,
    rego: opaVerdicts({ assets, progress: () => undefined, opa: () => Promise.reject(new Error('not here')) }),
  };
  const request = {
    uid: 'u',
    kind,
    name: newcomer,
    operation: 'CREATE' as const,
    object: live(kind, newcomer, spec),
    oldObject: undefined,
    userInfo: { username: 'somebody' },
    dryRun: false,
  };
  const { problems, warnings } = await judgeRequest(deps, request, new AbortController().signal);
  return {
    codes: problems.map(({ code }) => code),
    problems: problems.map(sentence).sort(),
    warnings: [...warnings].sort(),
  };
}

const withoutOpa = Object.entries(verdictCases).filter(([, { byOpa = false }]) => !byOpa);

test.each(withoutOpa)('%s', async (_what, verdictCase) => {
  const command = byCommand(verdictCase);
  const webhook = await byWebhook(verdictCase);
  expect(command.codes).toEqual([...verdictCase.problems, ...(verdictCase.warnings ?? [])]);
  expect(webhook.codes).toEqual(verdictCase.problems);
  expect({ ...webhook, codes: command.codes }).toEqual(command);
});

test('bundles that come before every tenant concern nobody, and neither says so', async () => {
  const early = verdictCases['a grant to a tenant that is not there'] as VerdictCase;
  const nothing = { codes: [], problems: [], warnings: [] };
  expect(byCommand(early, ['TenantGateway'])).toEqual(nothing);
  expect(await byWebhook(early, ['TenantGateway'])).toEqual(nothing);
});

test('of tenants that were judged before, or are broken, only the names are known', () => {
  const spec = {
    scope: { organization: 'nobody' },
    grants: ['holder', 'settled', 'broken', 'missing'].map((tenant) => ({
      tenant,
      tool: 'exec',
      until: '2030-01-01T00:00:00Z',
      reason: 'x',
    })),
  };
  const folder = folderWith({ kind: 'PolicyBundle', spec });
  const input = readFleet(folder);
  rmSync(folder, { recursive: true });
  const elsewhere = { names: ['settled', 'broken'], servedHosts: new Map<string, string>() };
  expect(judgeFleet(input, assets, elsewhere).warnings.map(sentence)).toEqual([
    'spec.grants[3].tenant: there is no TenantGateway missing; remove the grant, or add the tenant',
  ]);
});
