/** Laws of the hierarchy, on random fleets: the composed policy in the real opa against a few lines that say what is meant. */
import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PolicyBundleSpec, TenantGatewaySpec } from '../../constructs/api/types.gen.ts';
import { composePolicy } from '../../constructs/policy/compose.ts';
import type { Named } from '../../constructs/synth/tenant-input.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { decideAll as decide } from '../../opa/decide.ts';
import { opaBuildMs, realOpa } from './support/opa.ts';

const library = loadAssets().rego;
let opa: string;
beforeAll(async () => {
  opa = await realOpa();
}, opaBuildMs);

type Bundle = Named<PolicyBundleSpec>;
interface Case {
  readonly tenant: Named<TenantGatewaySpec>;
  readonly bundles: readonly Bundle[];
  readonly tool: string;
}
interface Decision {
  readonly allow: boolean;
  readonly requireApproval: boolean;
  readonly reasons: readonly string[];
  readonly audit: readonly string[];
}

const tools = ['read', 'web_fetch', 'web_search', 'exec'];
const patterns = fc.uniqueArray(fc.constantFrom('*', 'web_*', '*_*', '*_fetch', 'w*h', 'w*_f*', '*e*', ...tools), {
  maxLength: 3,
});
const rules = fc.record(
  { tools: fc.record({ allow: patterns, deny: patterns, requireApproval: patterns }, { requiredKeys: [] }) },
  { requiredKeys: [] },
);
const scope = fc.constantFrom(
  {},
  { organization: 'acme' },
  { organization: 'acme', team: 'support' },
  { organization: 'acme', team: 'sales' },
  { organization: 'globex' },
);
const enforcement = fc.constantFrom('Enforce' as const, 'Enforce' as const, 'Audit' as const);
const bundle = fc.record({ scope, rules, enforcement });
const anyCase: fc.Arbitrary<Case> = fc
  .record({ specs: fc.array(bundle, { maxLength: 5 }), policy: rules, tool: fc.constantFrom(...tools) })
  .map(({ specs, policy, tool }) => ({
    tenant: { name: 't', spec: { organization: 'acme', team: 'support', policy } },
    bundles: specs.map((spec, index) => ({ name: `b${index}`, spec })),
    tool,
  }));

interface Said {
  readonly enforcement: string;
  readonly allows: readonly string[];
  readonly denies: readonly string[];
  readonly requiresApproval: readonly string[];
}

function decideAll(cases: readonly Case[]): Promise<Decision[]> {
  return askAll<Decision>(cases, 'data.cellwright.decision');
}

/** All answers by one opa: a process for each would take minutes. */
function askAll<Answer>(cases: readonly Case[], query: string): Promise<Answer[]> {
  return decide<Answer>({
    opa,
    modules: library,
    policies: cases.map(
      ({ tenant, bundles }) =>
        (JSON.parse(composePolicy({ tenant, bundles, library }).data) as { policy: unknown }).policy,
    ),
    questions: cases.map(({ tenant, tool }, policy) => ({
      policy,
      input: { tenant: tenant.name, kind: 'tool', name: tool },
    })),
    query,
    onError: (message) => {
      throw new Error(message);
    },
  });
}

function matches(globs: readonly string[] | undefined, tool: string): boolean {
  return (globs ?? []).some((glob) => new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(tool));
}

/** What DESIGN says of a call, of every level by itself. */
function meant({ tenant, bundles, tool }: Case): Pick<Decision, 'allow' | 'requireApproval'> {
  const speaking = bundles
    .filter(({ spec }) => spec.enforcement === 'Enforce')
    .filter(({ spec: { scope: at } }) => at?.organization === undefined || at.organization === 'acme')
    .filter(({ spec: { scope: at } }) => at?.team === undefined || at.team === 'support')
    .map(({ spec }) => spec.rules?.tools);
  const levels = [...speaking, tenant.spec.policy?.tools];
  const allowing = levels.filter((level) => level?.allow !== undefined);
  return {
    allow:
      allowing.length > 0 &&
      allowing.every((level) => matches(level?.allow, tool)) &&
      !levels.some((level) => matches(level?.deny, tool)),
    requireApproval: levels.some((level) => matches(level?.requireApproval, tool)),
  };
}

const seed = Number(process.env.CELLWRIGHT_SEED ?? Date.now() % 2 ** 31);
const sample = (size: number): Case[] => fc.sample(anyCase, { numRuns: size, seed });

test(`the decision is what every level by itself allows, on 500 random fleets (CELLWRIGHT_SEED=${seed})`, async () => {
  const cases = sample(500);
  const decisions = await decideAll(cases);
  const wrong = cases
    .map((one, index) => ({ one, want: meant(one), got: decisions[index] }))
    .filter(({ want, got }) => want.allow !== got?.allow || want.requireApproval !== got.requireApproval);
  expect(wrong.slice(0, 1)).toEqual([]);
  // A sample that allows or denies everything would prove nothing.
  const allowed = decisions.filter(({ allow }) => allow).length;
  expect(allowed).toBeGreaterThan(25);
  expect(allowed).toBeLessThan(475);
});

test(`what each level says adds up to the decision, on 300 random fleets (CELLWRIGHT_SEED=${seed})`, async () => {
  const cases = sample(300);
  const told = await askAll<Said[]>(cases, 'data.cellwright.explanation');
  const decisions = await decideAll(cases);
  const summed = told.map((levels) => {
    const deciding = levels.filter((level) => level.enforcement === 'Enforce');
    const reasons = deciding.flatMap(({ denies, requiresApproval }) => [...denies, ...requiresApproval]);
    return {
      allow: deciding.some(({ allows }) => allows.length > 0) && deciding.every(({ denies }) => denies.length === 0),
      requireApproval: deciding.some(({ requiresApproval }) => requiresApproval.length > 0),
      reasons: reasons.sort(),
    };
  });
  const decided = decisions.map(({ allow, requireApproval, reasons }) => ({
    allow,
    requireApproval,
    // That no level allows is what no level says.
    reasons: reasons.filter((reason) => !reason.startsWith('no level allows')).sort(),
  }));
  expect(summed).toEqual(decided);
});

test(`one more bundle or one more deny never allows what was denied by another (CELLWRIGHT_SEED=${seed})`, async () => {
  const extra: Bundle = { name: 'extra', spec: { rules: { tools: { allow: ['*'] } }, enforcement: 'Enforce' } };
  // Where nobody speaks to allow, the first to do so may allow: that is no widening.
  const speaks = ({ bundles }: Case): boolean => meant({ ...allowAll(bundles), tool: 'read' }).allow;
  const cases = sample(300).filter((one) => speaks(one) || one.tenant.spec.policy?.tools?.allow !== undefined);
  const before = await decideAll(cases);
  const after = await decideAll(cases.map((one) => ({ ...one, bundles: [...one.bundles, extra] })));
  const widened = cases.filter((_, index) => before[index]?.allow === false && after[index]?.allow === true);
  expect(widened.slice(0, 1)).toEqual([]);
  expect(cases.length).toBeGreaterThan(100);
});

/** The same bundles, each with its allow lists opened and its denies gone: allows exactly where one of them speaks. */
function allowAll(bundles: readonly Bundle[]): Omit<Case, 'tool'> {
  return {
    tenant: { name: 't', spec: {} },
    bundles: bundles.map(({ name, spec }) => ({
      name,
      spec: { ...spec, rules: spec.rules?.tools?.allow === undefined ? {} : { tools: { allow: ['*'] } } },
    })),
  };
}

test(`the order in which bundles are read changes neither decision nor revision (CELLWRIGHT_SEED=${seed})`, () => {
  for (const { tenant, bundles } of sample(100)) {
    const forward = composePolicy({ tenant, bundles, library });
    expect(composePolicy({ tenant, bundles: bundles.toReversed(), library })).toEqual(forward);
  }
});
