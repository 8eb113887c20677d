/** A control plane with our kinds, and runners that work on it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { crdOf } from '../../../constructs/api/crd.ts';
import { apiGroup, apiVersion } from '../../../constructs/api/kinds/kind.ts';
import { kinds } from '../../../constructs/api/kinds/registry.ts';
import type { TenantGatewayStatus } from '../../../constructs/api/types.gen.ts';
import { loadAssets } from '../../../files/assets/load-assets.ts';
import type { RunnerOptions } from '../../../runner/fleet/options.ts';
import { startRunner } from '../../../runner/fleet/start-runner.ts';
import { createLog } from '../../../runner/telemetry/log.ts';
import type { TestObject } from './api-client.ts';
import type { TestControlPlane } from './control-plane.ts';
import { runnerCluster } from './runner-account.ts';

const root = `/apis/${apiGroup}/${apiVersion}`;
const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** What every runner of the tests renders from. */
export const assets = loadAssets();

/** A custom object as the API server gave it. */
export interface Live {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation: number;
    readonly finalizers?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: TenantGatewayStatus;
}

/** Makes our kinds known and waits until they are served; adds profile `default`. A runner needs the whole platform. */
export async function installKinds({ admin }: TestControlPlane): Promise<void> {
  for (const definition of kinds) await admin.ok({ method: 'POST', path: crds, body: crdOf(definition) });
  for (const { plural } of kinds)
    await eventually(async () => (await admin.send({ path: `${root}/${plural}` })).status === 200);
  await createObject({ admin }, 'GatewayProfile', { name: 'default' });
}

/** Path of an object of ours. */
export function ours(kind: string, name = ''): string {
  const plural = kinds.find((definition) => definition.kind === kind)?.plural ?? '';
  return `${root}/${plural}${name === '' ? '' : `/${name}`}`;
}

/** Creates an object of ours; the spec is empty where none is given. */
export async function createObject(
  { admin }: Pick<TestControlPlane, 'admin'>,
  kind: string,
  { name, spec = {}, annotations }: { name: string; spec?: unknown; annotations?: Record<string, string> },
): Promise<void> {
  const metadata = { name, ...(annotations === undefined ? {} : { annotations }) };
  await admin.ok({
    method: 'POST',
    path: ours(kind),
    body: { apiVersion: `${apiGroup}/${apiVersion}`, kind, metadata, spec },
  });
}

/** JSON merge patch by the administrator. */
export async function mergePatch(
  { admin }: Pick<TestControlPlane, 'admin'>,
  path: string,
  body: unknown,
): Promise<void> {
  await admin.ok({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
}

/** Deletes a tenant, with the word for it: a test may delete more than may go at once without one. */
export async function deleteTenant(plane: Pick<TestControlPlane, 'admin'>, name: string): Promise<void> {
  const annotations = { 'cellwright.dev/confirm-deletion': 'true' };
  await mergePatch(plane, ours('TenantGateway', name), { metadata: { annotations } });
  await plane.admin.ok({ method: 'DELETE', path: ours('TenantGateway', name) });
}

/** A tenant as it is. */
export async function tenant({ admin }: Pick<TestControlPlane, 'admin'>, name: string): Promise<Live> {
  return (await admin.ok({ path: ours('TenantGateway', name) })).body as Live;
}

/** The tenant once its status says what the test waits for. */
export async function tenantWhen(
  plane: TestControlPlane,
  name: string,
  isThere: (status: TenantGatewayStatus, live: Live) => boolean,
): Promise<Live> {
  let last: Live | undefined;
  await eventually(
    async () => {
      last = await tenant(plane, name);
      return isThere(last.status, last);
    },
    () => `tenant ${name} is still ${JSON.stringify(last?.status, null, 1)}`,
  );
  return last as Live;
}

/** Whether the runner judged the present spec to the end. */
export const isObserved = ({ observedGeneration }: TenantGatewayStatus, live: Live): boolean =>
  observedGeneration === live.metadata.generation;

/** A condition of a tenant. */
export function condition(
  { status }: Live,
  type: string,
): { status: string; reason: string; message: string } | undefined {
  return status.conditions?.find((known) => known.type === type);
}

/** Says of the gateway's first pod, as soon as it is the one that its StatefulSet wants, what a kubelet would say; the controller believes it. */
export async function makePodReady({ admin }: Pick<TestControlPlane, 'admin'>, name: string): Promise<void> {
  const lastTransitionTime = new Date().toISOString();
  const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True', lastTransitionTime }));
  const path = `/api/v1/namespaces/tenant-${name}/pods/gateway-0`;
  await eventually(async () => {
    const uid = await uidOfWantedPod(admin, name);
    if (uid === undefined) return false;
    const body = { metadata: { uid }, status: { phase: 'Running', conditions } };
    const contentType = 'application/merge-patch+json';
    const answer = await admin.send({ method: 'PATCH', path: `${path}/status`, body, contentType });
    if (answer.status === 200) return true;
    // Gone, changed, or another by now: then the uid is invalid.
    const text = JSON.stringify(answer.body);
    if ([404, 409].includes(answer.status) || text.includes('metadata.uid')) return false;
    throw new Error(`${path}: ${text}`);
  });
}

/** Settles when the gateway's first pod is the one that its StatefulSet wants. */
export async function gatewayIsMade({ admin }: Pick<TestControlPlane, 'admin'>, name: string): Promise<void> {
  await eventually(
    async () => (await uidOfWantedPod(admin, name)) !== undefined,
    () => `gateway-0 of ${name} is not of the StatefulSet's revision`,
  );
}

/** Of a pod of the revision that the StatefulSet has now; undefined while its controller has not come that far. */
async function uidOfWantedPod(admin: TestControlPlane['admin'], name: string): Promise<string | undefined> {
  const set = await admin.send({ path: `/apis/apps/v1/namespaces/tenant-${name}/statefulsets/gateway` });
  const pod = await admin.send({ path: `/api/v1/namespaces/tenant-${name}/pods/gateway-0` });
  if (set.status !== 200 || pod.status !== 200) return undefined;
  const { metadata: of, status } = set.body as TestObject & {
    readonly metadata: { readonly generation: number };
    readonly status: { readonly observedGeneration?: number; readonly updateRevision?: string };
  };
  const { uid, labels, deletionTimestamp } = (pod.body as TestObject).metadata;
  const isSeen = (status.observedGeneration ?? 0) >= of.generation;
  const isOfIt = labels?.['controller-revision-hash'] === status.updateRevision;
  return isSeen && isOfIt && deletionTimestamp === undefined ? uid : undefined;
}

/** Longest that a test waits for something, in seconds: much longer than it takes, since a machine may stall. */
const patience = 90;

/** Asks until the answer is yes. */
export async function eventually(isThere: () => Promise<boolean>, tell = () => 'it did not happen'): Promise<void> {
  const deadline = Date.now() + patience * 1000;
  while (!(await isThere())) {
    if (Date.now() > deadline) throw new Error(`waited ${patience} s: ${tell()}`);
    await sleep(25);
  }
}

/** A runner of a test. */
export interface TestRunner extends AsyncDisposable {
  /** `host:port` of its webhook, when it has one. */
  readonly admissionAddress: string | undefined;
  readonly settled: () => Promise<void>;
  /** Passes so far, from its own metrics. */
  readonly passes: () => Promise<number>;
  /** Value of a metric, 0 when it is not there; with its labels as Prometheus writes them. */
  readonly metric: (name: string) => Promise<number>;
  /** Asks `/livez` or `/readyz`. */
  readonly probe: (path: string) => Promise<{ readonly status: number; readonly text: string }>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a runner on a control plane on which the platform is installed (installed-platform.ts), with a token of its own account;
 * it ends with `stop()` or its `await using` block.
 */
export async function startTestRunner(
  plane: TestControlPlane,
  overrides: Partial<RunnerOptions> = {},
): Promise<TestRunner> {
  const end = new AbortController();
  const level = process.env['RUNNER_LOG'] === undefined ? 'silent' : 'debug';
  const runner = await startRunner({
    cluster: overrides.cluster ?? (await runnerCluster(plane)),
    assets,
    log: createLog({ level, readable: true, stream: process.stderr }),
    signal: end.signal,
    version: '0.0.0-test',
    healthAddress: '127.0.0.1:0',
    ...overrides,
  });
  const probe: TestRunner['probe'] = async (path) => {
    const response = await fetch(`http://${runner.healthAddress ?? ''}${path}`);
    return { status: response.status, text: await response.text() };
  };
  const metric = async (name: string): Promise<number> => {
    const { text } = await probe('/metrics');
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')[1] ?? 0,
    );
  };
  const stop = async (): Promise<void> => {
    end.abort();
    await runner.done;
  };
  return {
    admissionAddress: runner.admissionAddress,
    settled: runner.settled,
    metric,
    probe,
    passes: () => metric('cellwright_pass_duration_seconds_count'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
