/**
 * The verdict on one write: what the CLI and the runner would say of the same object among those that are there. It works from
 * the runner's caches, so that a request costs no walk over the API server, and reads no clock: the signal is the deadline.
 */
import { isDeepStrictEqual } from 'node:util';
import { withDefaults } from '../../constructs/api/defaults.ts';
import { kindNamed } from '../../constructs/api/kinds/registry.ts';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { FleetInputs } from '../fleet/inputs.ts';
import type { KubeClient } from '../kube/client.ts';
import type { RegoVerdicts } from '../rego/rego-verdicts.ts';
import { judgeBundle } from './judge-bundle.ts';
import { judgeProfile } from './judge-profile.ts';
import { judgeTenant } from './judge-tenant.ts';
import type { AdmissionRequest, Verdict } from './review.ts';

/** What a verdict is made from, beside the request. */
export interface JudgeDeps {
  readonly inputs: FleetInputs;
  readonly assets: SynthAssets;
  readonly client: Pick<KubeClient, 'get'>;
  readonly rego: Pick<RegoVerdicts, 'judge'>;
}

/** A write of an object that is valid by itself. */
export interface Change<Spec> {
  readonly name: string;
  /** Defaults filled in. */
  readonly spec: Spec;
  /** What is stored now; undefined for a new object. */
  readonly before: Spec | undefined;
}

const fine: Verdict = { problems: [], warnings: [] };

/** Judges a request. What the object says already is no reason to refuse: only what it adds is. */
export async function judgeRequest(
  deps: JudgeDeps,
  { kind, name, object, oldObject }: AdmissionRequest,
  signal: AbortSignal,
): Promise<Verdict> {
  if (saysNothingNew(object, oldObject)) return fine;
  const written = asWritten(object, name);
  const old = oldObject === undefined ? undefined : asWritten(oldObject, name);
  const problems = validateObject(written, old);
  if (problems.length > 0) return { problems, warnings: [] };
  const change = { name, spec: specOf(kind, written), before: old === undefined ? undefined : specOf(kind, old) };
  switch (kind) {
    case 'TenantGateway':
      return judgeTenant(deps, change as Change<never>, signal);
    case 'GatewayProfile':
      return judgeProfile(deps, change as Change<never>, signal);
    case 'PolicyBundle':
      return judgeBundle(deps, change as Change<never>, signal);
    default:
      return fine;
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
