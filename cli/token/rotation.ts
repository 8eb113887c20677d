/** A new token for a Managed tenant: asked for by an annotation, made by the runner, waited for here. */
import { randomBytes } from 'node:crypto';
import type { Tenant } from '../../runner/fleet/inputs.ts';
import { tenantGateways } from '../../runner/fleet/kinds.ts';
import { isPaused, pausedAnnotation } from '../../runner/fleet/paused.ts';
import { requestOf, rotateAnnotation } from '../../runner/fleet/token-name.ts';
import { needsToken } from '../../runner/fleet/token-secret.ts';
import { isNotFound } from '../../runner/kube/api-error.ts';
import type { KubeClient } from '../../runner/kube/client.ts';
import type { Clock } from '../../runner/kube/clock.ts';
import { sleep } from '../../runner/kube/clock.ts';

/** What a rotation works with. */
export interface RotationDeps {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** Gets a sentence whenever there is something new to tell. */
  readonly tell: (progress: string) => void;
}

/** Time between two looks at the tenant, in milliseconds. */
const lookMs = 500;

/** The tenant has no token that the runner could replace. `unknown-tenant`, `not-made-here` and `held` are for the caller to put right. */
export class TokenRotationError extends Error {
  readonly code: TokenRotationErrorCode;

  constructor(code: TokenRotationErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'TokenRotationError';
    this.code = code;
  }
}
export type TokenRotationErrorCode =
  'token.unknown-tenant' | 'token.not-made-here' | 'token.held' | 'token.unfinished' | 'token.old-secret-kept';

/** @throws TokenRotationError when the tenant is not there, or has no token that may be rotated now */
export async function readTenant({ client }: RotationDeps, name: string, signal: AbortSignal): Promise<Tenant> {
  try {
    const tenant = (await client.get(tenantGateways, { name }, signal)) as Tenant;
    const problem = problemOf(tenant);
    if (problem !== undefined) throw problem;
    return tenant;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const message = `The cluster has no tenant ${JSON.stringify(name)}; "cellwright status" lists those that it has`;
    throw new TokenRotationError('token.unknown-tenant', message, error);
  }
}

function problemOf(tenant: Tenant): TokenRotationError | undefined {
  if (!needsToken(tenant)) return new TokenRotationError('token.not-made-here', ownTokenText(tenant));
  const held = heldText(tenant);
  return held === undefined ? undefined : new TokenRotationError('token.held', held);
}

function ownTokenText({ metadata: { name }, spec }: Tenant): string {
  const secret = spec.access?.tokenSecretRef?.name ?? '';
  const whose = spec.delivery === 'Rendered' ? 'is Rendered, and its token' : 'names its own token: it';
  return (
    `Tenant ${name} ${whose} lies in Secret tenant-${name}/${secret} (spec.access.tokenSecretRef). Make a Secret of another ` +
    `name with the new token and name that one in the spec: the pods roll once. Then delete ${secret}`
  );
}

/** Why the runner does not work on the tenant now. */
function heldText(tenant: Tenant): string | undefined {
  const { name, deletionTimestamp, generation } = tenant.metadata;
  if (deletionTimestamp !== undefined) return `Tenant ${name} is being deleted`;
  if (isPaused(tenant)) {
    return `Tenant ${name} is paused: kubectl annotate tg ${name} ${pausedAnnotation}- lets the runner work on it`;
  }
  const stalled = conditionOf(tenant, 'Stalled');
  return stalled?.status === 'True' && tenant.status?.observedGeneration === generation
    ? `Tenant ${name} is stalled, correct that first: ${stalled.message}`
    : undefined;
}

function conditionOf({ status }: Tenant, type: string): { status: string; message: string } | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** Asks for a new token, unless that was asked for before and is not answered yet. @returns the request as status will answer it */
export async function askForToken(deps: RotationDeps, tenant: Tenant, signal: AbortSignal): Promise<string> {
  const { name, uid } = tenant.metadata;
  const pending = requestOf(tenant);
  if (pending !== undefined && pending !== tenant.status?.tokenRotation?.answered) {
    deps.tell(`a new token was asked for already (${pending}) and is not made yet: waiting for that one`);
    return pending;
  }
  const request = `${new Date(deps.clock.now()).toISOString()}-${randomBytes(4).toString('hex')}`;
  const patch = { metadata: { uid, annotations: { [rotateAnnotation]: request } } };
  await deps.client.mergePatch({ resource: tenantGateways, name: { name } }, patch, signal);
  deps.tell('asked for a new token');
  return request;
}

/** Waits until every pod has the new token. @throws TokenRotationError when something keeps the runner from it */
export async function untilRotated(
  deps: RotationDeps,
  { name, request }: { readonly name: string; readonly request: string },
  signal: AbortSignal,
): Promise<Tenant> {
  let told = '';
  for (;;) {
    const tenant = await readTenant(deps, name, signal);
    const ready = conditionOf(tenant, 'Ready');
    const isAnswered = tenant.status?.tokenRotation?.answered === request;
    if (isAnswered && ready?.status === 'True') return tenant;
    const progress = isAnswered ? (ready?.message ?? '') : 'waiting for the runner to take up the request';
    if (progress !== told) deps.tell(progress);
    told = progress;
    await sleep(deps.clock, lookMs, signal);
  }
}
