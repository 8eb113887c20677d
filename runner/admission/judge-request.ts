/** The verdict on one write: what the CLI and the runner would say of the same object. */
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { AdmissionRequest, Verdict } from './review.ts';

/** What a verdict is made from, beside the request. */
export interface JudgeDeps {
  readonly assets: SynthAssets;
}

/** Judges by the schema and the rules of the one object. */
export function judgeRequest(
  _deps: JudgeDeps,
  { object, oldObject }: AdmissionRequest,
  _signal: AbortSignal,
): Promise<Verdict> {
  const old = oldObject === undefined ? undefined : asWritten(oldObject);
  return Promise.resolve({ problems: validateObject(asWritten(object), old), warnings: [] });
}

/** The object as its author wrote it: what the API server added is none of the author's fault. */
function asWritten(object: unknown): unknown {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return object;
  const { apiVersion, kind, metadata, spec } = object as Readonly<Record<string, unknown>>;
  const name = (metadata as { readonly name?: unknown } | null | undefined)?.name;
  return { apiVersion, kind, metadata: { name }, spec };
}
