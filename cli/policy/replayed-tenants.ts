/** What of a recorded question matters to a tenant's policy. */
import type { RecordedDecision } from '../../files/policy/decision-log.ts';
import type { FleetPolicy } from './fleet-policy.ts';

interface Level {
  readonly rego: boolean;
  readonly enforcement: string;
  readonly rules: Readonly<Record<string, unknown>>;
}

interface Known {
  readonly policy: unknown;
  /** Whether a level that decides has Rego of its own, which may read all of a question. */
  readonly readsAll: boolean;
  /** Whether a level names people or targets. */
  readonly namesPeople: boolean;
}

/** Policies of the tenants that a log names, composed once each. */
export class ReplayedTenants {
  readonly #policy: FleetPolicy;
  readonly #known = new Map<string, Known | undefined>();

  constructor(policy: FleetPolicy) {
    this.#policy = policy;
  }

  /** Whether the fleet has the tenant. */
  has(tenant: string): boolean {
    return this.#of(tenant) !== undefined;
  }

  /** `data.policy` of a tenant of the fleet. */
  policyOf(tenant: string): unknown {
    return this.#of(tenant)?.policy;
  }

  /** Equal for recorded decisions that cannot be answered differently from each other. */
  keyOf({ input, result }: RecordedDecision): string {
    const before = [result?.allow, result?.requireApproval, result?.reasons];
    const read = this.#of(input.tenant)?.readsAll === true ? input : readBy(input);
    return JSON.stringify([input.tenant, read, before]);
  }

  /** Whether the log left something out that a rule of the tenant may look at. */
  hidesSomething({ input }: RecordedDecision): boolean {
    const { readsAll, namesPeople } = this.#of(input.tenant) ?? { readsAll: false, namesPeople: false };
    const hashed = /:~[0-9a-f]{16}$/.test(input.requester ?? '') || /:~[0-9a-f]{16}$/.test(input.name ?? '');
    return (namesPeople && hashed) || (readsAll && /"\*\*"|\.\.\. \(\d+ characters\)"/.test(JSON.stringify(input)));
  }

  #of(name: string): Known | undefined {
    if (!this.#known.has(name)) {
      const tenant = this.#policy.fleet.tenants.find((candidate) => candidate.name === name);
      this.#known.set(name, tenant === undefined ? undefined : known(this.#policy.policyOf(tenant)));
    }
    return this.#known.get(name);
  }
}

/** What the library's own rules read of a question (policy/subjects.rego). */
function readBy({ kind, name, agent, channel, requester, params }: RecordedDecision['input']): readonly unknown[] {
  switch (kind) {
    case 'tool':
      return name === 'message' || name?.startsWith('sessions_') === true
        ? [kind, name, agent, channel, params]
        : [kind, name];
    case 'inbound':
      return [kind, channel, requester];
    default:
      return [kind, name, channel];
  }
}

function known(policy: unknown): Known {
  const { levels } = policy as { readonly levels: readonly Level[] };
  return {
    policy,
    readsAll: levels.some(({ rego, enforcement }) => rego && enforcement !== 'Audit'),
    namesPeople: levels.some(({ rules }) => JSON.stringify([rules.senders, rules.targets]).includes(':')),
  };
}
