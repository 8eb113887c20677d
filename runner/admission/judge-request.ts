/**
 * The verdict on one write: what the CLI and the runner would say of the same object among those that are there. It works from
 * the runner's caches, so that a request costs no walk over the API server, reads only what a refusal rests on (confirm.ts), and no
 * clock: the signal is the deadline.
 */
import { isDeepStrictEqual } from 'node:util';
import { withDefaults } from '../../constructs/api/defaults.ts';
import { kindNamed } from '../../constructs/api/kinds/registry.ts';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import { inputKinds } from '../fleet/inputs.ts';
import type { FleetInputs } from '../fleet/inputs.ts';
import type { RegoVerdicts } from '../rego/rego-verdicts.ts';
import type { BoundedReads } from './bounded-reads.ts';
import type { ConfirmDeps } from './confirm.ts';
import { judgeBundle } from './judge-bundle.ts';
import { judgeProfile } from './judge-profile.ts';
import { judgeTenant } from './judge-tenant.ts';
import { isPlausible } from './plausible.ts';
import { unjudged } from './refusal.ts';
import type { AdmissionRequest, Verdict } from './review.ts';
import { partStanding, standingWarnings } from './standing.ts';

/** What a verdict is made from, beside the request. */
export interface JudgeDeps extends ConfirmDeps {
  readonly inputs: FleetInputs;
  readonly assets: SynthAssets;
  readonly reads: Pick<BoundedReads, 'refresh' | 'namespace'>;
  readonly rego: Pick<RegoVerdicts, 'judge'>;
}

/** A write of an object that is valid by itself. */
export interface Change<Spec> {
  readonly name: string;
  /** Defaults filled in. */
  readonly spec: Spec;
  readonly isNew: boolean;
  /** What is stored now; undefined for a new object, and where it is too much to be looked at. */
  readonly before: Spec | undefined;
}

const fine: Verdict = { problems: [], warnings: [] };

/**
 * Judges a request. What the object says already is no reason to refuse: only what it adds is.
 * @throws ReviewRefusal 503 for what the API server cannot have asked, and where there is no verdict to stand by
 */
export async function judgeRequest(deps: JudgeDeps, request: AdmissionRequest, signal: AbortSignal): Promise<Verdict> {
  const { name, operation, object, oldObject } = request;
  const kind = inputKinds.find((known) => known === request.kind);
  if (kind === undefined || saysNothingNew(object, oldObject)) return fine;
  if (!isPlausible(deps.inputs, { kind, name }, request)) throw unjudged('this is not what is stored');
  const written = asWritten(object, name);
  const old = oldObject === undefined ? undefined : asWritten(oldObject, name);
  const { fresh, standing } = partStanding({ object: written, problems: validateObject(written, old) }, () =>
    old === undefined ? undefined : { object: old, problems: validateObject(old) },
  );
  // Nothing else can be said of an object of another form; the runner leaves it alone.
  if (fresh.length + standing.length > 0) return { problems: fresh, warnings: standingWarnings(standing) };
  const before = old === undefined ? undefined : specOf(kind, old);
  const change = { name, spec: specOf(kind, written), isNew: operation === 'CREATE', before } as Change<never>;
  switch (kind) {
    case 'TenantGateway':
      return judgeTenant(deps, change, signal);
    case 'GatewayProfile':
      return judgeProfile(deps, change, signal);
    case 'PolicyBundle':
      return judgeBundle(deps, change, signal);
  }
}

/** Labels, finalizers, the end of an object: whatever is wrong with it, these must be possible. */
function saysNothingNew(object: unknown, oldObject: unknown): boolean {
  return oldObject !== undefined && isDeepStrictEqual(fields(object)['spec'], fields(oldObject)['spec']);
}

/** The object as its author wrote it: what the API server added is none of the author's fault. */
function asWritten(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return object;
  const { apiVersion, kind, metadata, spec } = fields(object);
  // The request names what the object's own metadata does only once generateName is resolved.
  return { apiVersion, kind, metadata: { name: fields(metadata)['name'] ?? name }, spec };
}

function specOf(kind: string, written: unknown): unknown {
  const definition = kindNamed(kind);
  return definition === undefined ? undefined : fields(withDefaults(definition, written))['spec'];
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
