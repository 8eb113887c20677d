/** What of a recorded question matters to a tenant's policy. */
import type { PolicyBundleSpec } from '../../constructs/api/types.gen.ts';
import { bundleModule } from '../../constructs/policy/free-rego.ts';
import { applicableBundles } from '../../constructs/policy/levels.ts';
import type { PolicyInput } from '../../files/policy/question.ts';
import { libraryFields, partOf } from '../../files/policy/relevant-part.ts';
import type { FieldPath } from '../../files/policy/relevant-part.ts';
import { outlineModule } from '../../opa/outline-module.ts';
import type { FleetPolicy, PolicyDocument, Tenant } from './fleet-policy.ts';

/** A tenant that a log names. */
export interface ReplayedTenant {
  readonly policy: PolicyDocument;
  /** Fields of the question that free Rego of an enforced bundle reads. */
  readonly regoFields: readonly FieldPath[];
  /** Whether a rule tells people of one channel apart. */
  readonly namesPeople: boolean;
}

type Fields = ReadonlyMap<string, readonly FieldPath[]>;

/** Tenants of a fleet, each looked at when a log first names it. */
export class ReplayedTenants {
  readonly #fleet: FleetPolicy;
  /** Fields that bundles with Rego read, by bundle. */
  readonly #fields: Fields;
  readonly #known = new Map<string, ReplayedTenant>();

  private constructor(fleet: FleetPolicy, fields: Fields) {
    this.#fleet = fleet;
    this.#fields = fields;
  }

  /** Has opa read every bundle's Rego once. */
  static async of(fleet: FleetPolicy): Promise<ReplayedTenants> {
    const fields = new Map<string, readonly FieldPath[]>();
    for (const { name, spec } of fleet.fleet.bundles) {
      if (spec.rego !== undefined && spec.enforcement !== 'Audit') {
        const { inputReferences } = await outlineModule({ opa: fleet.opa, module: bundleModule(name, spec.rego) });
        const different = new Map(inputReferences.map(({ path }) => [JSON.stringify(path), path]));
        fields.set(name, [...different.values()]);
      }
    }
    return new ReplayedTenants(fleet, fields);
  }

  /** The tenant, undefined when the fleet has none of the name. */
  get(name: string): ReplayedTenant | undefined {
    const tenant = this.#known.get(name) ?? this.#look(this.#fleet.tenants.get(name));
    if (tenant !== undefined) {
      this.#known.set(name, tenant);
    }
    return tenant;
  }

  #look(tenant: Tenant | undefined): ReplayedTenant | undefined {
    if (tenant === undefined) {
      return undefined;
    }
    const bundles = applicableBundles(tenant.spec, this.#fleet.fleet.bundles).filter(
      ({ spec }) => spec.enforcement !== 'Audit',
    );
    return {
      policy: this.#fleet.policyOf(tenant),
      regoFields: bundles.flatMap(({ name }) => this.#fields.get(name) ?? []),
      namesPeople: [...bundles.map(({ spec }) => spec.rules), tenant.spec.policy].some(namesPeople),
    };
  }
}

function namesPeople(rules: PolicyBundleSpec['rules']): boolean {
  const globs = [rules?.senders, rules?.targets].flatMap((lists) => Object.values(lists ?? {}).flat());
  return globs.some((glob) => !/^(?:[^:*]+:)?\*$/.test(glob));
}

/** The part of a question that the tenant's policy can read. */
export function relevantPart(question: PolicyInput, { regoFields }: ReplayedTenant): PolicyInput {
  return partOf(question, [...libraryFields(question), ...regoFields]);
}

/** Values that the log shows in another form than policy saw: `**`, `abc... (300 characters)`. */
const masked = /"\*\*"|\.\.\. \(\d+ characters\)"/;
/** People under a hash: `telegram:~0123456789abcdef`. */
const hashed = /~[0-9a-f]{16}/;

/** Whether the record of a question hides something that a rule of the tenant looks at. */
export function hidesSomething(question: PolicyInput, { regoFields, namesPeople: people }: ReplayedTenant): boolean {
  const structured = JSON.stringify(partOf(question, libraryFields(question)));
  const read = regoFields.length === 0 ? '' : JSON.stringify(partOf(question, regoFields));
  return masked.test(structured) || masked.test(read) || hashed.test(read) || (people && hashed.test(structured));
}
