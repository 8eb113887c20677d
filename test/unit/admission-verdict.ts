/** Verdicts of the webhook on one write among the objects of the caches, and what the API server has meanwhile. */
import { loadAssets } from '../../files/assets/load-assets.ts';
import { judgeRequest } from '../../runner/admission/judge-request.ts';
import type { JudgeDeps } from '../../runner/admission/judge-request.ts';
import type { LiveObject } from '../../runner/kube/live-object.ts';
import type { RegoVerdict } from '../../runner/rego/rego-verdicts.ts';
import { live, liveInputs } from './runner-support/live-inputs.ts';
import type { Specs } from './runner-support/live-inputs.ts';
import { readsOf } from './runner-support/stored-objects.ts';
import type { Ahead } from './runner-support/stored-objects.ts';

const assets = loadAssets();
/** What opa says of good Rego. */
export const sound: RegoVerdict = { problems: [], unchecked: undefined, isFinal: true };

/** What surrounds a write. */
export interface Asked {
  readonly fleet?: Specs;
  readonly before?: object;
  readonly name?: string;
  readonly signal?: AbortSignal;
  readonly rego?: RegoVerdict;
  /** Objects of the caches that need more than a spec. */
  readonly told?: readonly LiveObject[];
  /** How the API server is ahead of the caches. */
  readonly ahead?: Ahead;
  readonly brokenMs?: number;
  /** Metadata of what the review says is stored. */
  readonly storedAs?: object;
}

/** Codes and paths of the problems, and the warnings, of a write. */
export async function verdict(
  kind: string,
  spec: object,
  {
    fleet = {},
    before,
    name = 'acme',
    signal = new AbortController().signal,
    rego = sound,
    told = [],
    ahead,
    brokenMs = 0,
    storedAs = {},
  }: Asked = {},
): Promise<{ problems: string[]; warnings: readonly string[]; read: readonly string[] }> {
  const { inputs, tell } = liveInputs({ GatewayProfile: { default: {} }, ...fleet });
  told.forEach(tell);
  const { reads, read } = readsOf(inputs, ahead);
  const deps: JudgeDeps = {
    inputs,
    assets,
    reads,
    brokenMs: () => brokenMs,
    rego: { judge: () => (signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve(rego)) },
  };
  const request = {
    uid: 'u',
    kind,
    name,
    operation: before === undefined ? ('CREATE' as const) : ('UPDATE' as const),
    object: live(kind, name, spec),
    oldObject: before === undefined ? undefined : withMetadata(live(kind, name, before), storedAs),
    userInfo: { username: 'somebody' },
    dryRun: false,
  };
  const { problems, warnings } = await judgeRequest(deps, request, signal);
  return { problems: problems.map(({ code, path, message }) => `${code} ${path}: ${message}`), warnings, read };
}

/** A profile that waits for its tenants. */
export function leaving(name: string): LiveObject {
  return withMetadata(live('GatewayProfile', name, {}), { deletionTimestamp: '2026-01-01T00:00:00Z' });
}

function withMetadata(object: LiveObject, metadata: object): LiveObject {
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}
