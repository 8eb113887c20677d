/** What every level of a tenant's policy says of a question, and what came of it. */
import type { PolicyInput } from '../../files/policy/question.ts';
import { decideAll } from '../../opa/decide.ts';
import { failedDecision } from './decision.ts';
import type { Decision } from './decision.ts';
import type { FleetPolicy, Tenant } from './fleet-policy.ts';

/** One bundle, or the tenant's own rules. */
export interface LevelSays {
  readonly level: string;
  readonly bundle: string;
  readonly enforcement: string;
  readonly allows: readonly string[];
  readonly denies: readonly string[];
  readonly requiresApproval: readonly string[];
  readonly grants: readonly string[];
}

/** An answer with its reasons, level by level from the enterprise down. */
export interface Explained {
  readonly decision: Decision;
  readonly levels: readonly LevelSays[];
  /** Why the Rego of Audit bundles could not be evaluated; in a cell nothing is then logged of it. */
  readonly auditError?: string;
}

type Said = readonly [bundle: string, set: 'deny' | 'require_approval', reason: unknown];

/** The free Rego of Audit bundles by itself, as a cell evaluates it: an error in it does not end the decision. */
const auditRego =
  '[[level.bundle, set, reason] | some level in data.policy.levels; level.enforcement == "Audit"; ' +
  'some set in ["deny", "require_approval"]; some reason in data.cellwright_bundles[level.bundle][set]]';

/** Asks opa for decision and explanation, and for what Audit bundles would have said. */
export async function explain(fleet: FleetPolicy, tenant: Tenant, input: PolicyInput): Promise<Explained> {
  const asked = { opa: fleet.opa, modules: fleet.modules, policies: [fleet.policyOf(tenant)] };
  const questions = [{ policy: 0, input }];
  const [explained] = await decideAll<Explained>({
    ...asked,
    questions,
    query: '{"decision": data.cellwright.decision, "levels": data.cellwright.explanation}',
    onError: (message) => ({ decision: failedDecision(message), levels: [] }),
  });
  const [said] = await decideAll<readonly Said[] | string>({
    ...asked,
    questions,
    query: auditRego,
    onError: (message) => message,
  });
  if (explained === undefined || said === undefined) {
    throw new Error('opa gave no value for a question');
  }
  return typeof said === 'string'
    ? { ...explained, auditError: said }
    : { ...explained, levels: explained.levels.map((level) => withRego(level, said)) };
}

function withRego(level: LevelSays, said: readonly Said[]): LevelSays {
  const reasons = (wanted: string): string[] =>
    said
      .filter(([bundle, set]) => bundle === level.bundle && set === wanted)
      .map(([, , reason]) => `${level.level}/${level.bundle}: rego: ${asText(reason)}`)
      .sort();
  return {
    ...level,
    denies: [...level.denies, ...reasons('deny')],
    requiresApproval: [...level.requiresApproval, ...reasons('require_approval')],
  };
}

function asText(reason: unknown): string {
  return typeof reason === 'string' ? reason : JSON.stringify(reason);
}
