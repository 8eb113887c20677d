/** What a runner serves: probes and metrics, and reviews for the API server. Both are there on standbys too. */
import { inputKinds } from './inputs.ts';
import { BoundedReads } from '../admission/bounded-reads.ts';
import { judgeRequest } from '../admission/judge-request.ts';
import { startAdmission } from '../admission/start-admission.ts';
import type { Admission } from '../admission/start-admission.ts';
import { systemClock } from '../kube/clock.ts';
import { startHealthServer } from '../telemetry/health-server.ts';
import type { HealthServer } from '../telemetry/health-server.ts';
import { stuckBecause } from './health.ts';
import type { RunnerOptions } from './options.ts';
import { observeReflectors } from './wiring.ts';
import type { Parts } from './wiring.ts';

/** Servers that listen, those that were asked for. */
export interface Servers {
  readonly health: HealthServer | undefined;
  readonly admission: Admission | undefined;
}

/**
 * Starts both or none.
 * @param notReadyBecause what the work on tenants still waits for
 * @throws HealthAddressError or AdmissionAddressError when an address cannot be used
 */
export async function startServers(
  options: RunnerOptions,
  parts: Parts,
  notReadyBecause: () => string | undefined,
): Promise<Servers> {
  let admission: Admission | undefined;
  const health = await serveHealth(options, parts, () => notReadyBecause() ?? admission?.notReadyBecause());
  try {
    admission = await serveAdmission(options, parts);
  } catch (error) {
    await health?.close();
    throw error;
  }
  return { health, admission };
}

async function serveHealth(
  { healthAddress }: RunnerOptions,
  { metrics, queue }: Parts,
  notReadyBecause: () => string | undefined,
): Promise<HealthServer | undefined> {
  if (healthAddress === undefined) return undefined;
  return startHealthServer({
    address: healthAddress,
    registry: metrics.registry,
    stuckBecause: () => stuckBecause(queue),
    notReadyBecause,
  });
}

/** A part of its own: nothing of it holds up the tenants, and it needs no lease. */
async function serveAdmission(options: RunnerOptions, parts: Parts): Promise<Admission | undefined> {
  const { admission, assets, log } = options;
  if (admission === undefined) return undefined;
  const { caches, connection, metrics, rego, trouble } = parts;
  const { inputs } = caches;
  const reads = new BoundedReads({ client: connection.admissionClient, inputs, monotonic: systemClock.monotonic });
  const deps = { inputs, assets, reads, rego, brokenMs: () => trouble.failingMs(inputKinds) };
  return startAdmission(admission, {
    client: connection.admissionClient,
    clock: systemClock,
    random: Math.random,
    log,
    observe: observeReflectors(options, parts),
    metrics,
    judge: (request, signal) => judgeRequest(deps, request, signal),
  });
}
