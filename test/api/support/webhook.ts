/** The webhook as the platform registers it, reached by address: no Service can be resolved here. */
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { platformNames } from '../../../constructs/platform/labels.ts';
import { synthesizePlatform } from '../../../constructs/platform/synthesize-platform.ts';
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import { certificatesOf } from '../../../runner/admission/ca-bundle.ts';
import type { AdmissionJudge, AdmissionRequest } from '../../../runner/admission/review.ts';
import { startAdmission } from '../../../runner/admission/start-admission.ts';
import type { Admission, AdmissionOptions } from '../../../runner/admission/start-admission.ts';
import { connect as connectTo } from '../../../runner/fleet/connection.ts';
import type { Cluster } from '../../../runner/kube/cluster.ts';
import { systemClock } from '../../../runner/kube/clock.ts';
import { createLog } from '../../../runner/telemetry/log.ts';
import { createMetrics } from '../../../runner/telemetry/metrics.ts';
import type { TestControlPlane } from './control-plane.ts';
import { eventually, ours } from './running-fleet.ts';

const configurations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
/** Path of the configuration. */
export const configurationPath = `${configurations}/${platformNames.webhooks}`;

const platform = synthesizePlatform({ version: '0.0.0-test' });

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const collections: Readonly<Record<string, (namespace: string) => string>> = {
  Namespace: () => '/api/v1/namespaces',
  ServiceAccount: (namespace) => `/api/v1/namespaces/${namespace}/serviceaccounts`,
  ClusterRole: () => `${rbac}/clusterroles`,
  ClusterRoleBinding: () => `${rbac}/clusterrolebindings`,
  Role: (namespace) => `${rbac}/namespaces/${namespace}/roles`,
  RoleBinding: (namespace) => `${rbac}/namespaces/${namespace}/rolebindings`,
};

/** The runner's namespace, account and rights, exactly those of the platform. */
export async function installAccess({ admin }: TestControlPlane): Promise<void> {
  for (const object of platform) {
    const path = collections[object.kind]?.(object.metadata.namespace ?? '');
    if (path !== undefined) await admin.ok({ method: 'POST', path, body: object });
  }
}

/** The rendered configuration, in which only the address is another one, and what the test says of failures. */
export function configurationAt(url: string, failurePolicy?: 'Ignore' | 'Fail'): KubeObject {
  const rendered = platform.find(({ kind }) => kind === 'ValidatingWebhookConfiguration') as KubeObject & {
    webhooks: readonly object[];
  };
  const webhooks = rendered.webhooks.map((webhook) => ({
    ...webhook,
    clientConfig: { url },
    ...(failurePolicy === undefined ? {} : { failurePolicy }),
  }));
  return { ...rendered, webhooks };
}

/** Registers it until the end of a block. */
export async function register(
  { admin }: TestControlPlane,
  address: string,
  failurePolicy?: 'Ignore' | 'Fail',
): Promise<AsyncDisposable> {
  const body = configurationAt(`https://${address}/validate`, failurePolicy);
  await admin.ok({ method: 'POST', path: configurations, body });
  return {
    [Symbol.asyncDispose]: async () => {
      await admin.ok({ method: 'DELETE', path: configurationPath });
    },
  };
}

/** The bundle that is registered, base64; undefined when there is none. */
export async function registeredBundle({ admin }: TestControlPlane): Promise<string | undefined> {
  const { webhooks } = (await admin.ok({ path: configurationPath })).body as {
    webhooks: { clientConfig: { caBundle?: string } }[];
  };
  return webhooks[0]?.clientConfig.caBundle;
}

/** Settles when the bundle has a CA of each replica; one that has not seen the registration yet takes itself for ready. */
export async function untilRegistered(plane: TestControlPlane, replicas = 1): Promise<void> {
  let held = 0;
  await eventually(
    async () => {
      held = certificatesOf(await registeredBundle(plane)).length;
      return held >= replicas;
    },
    () => `the registered bundle has ${held} CAs for ${replicas} replicas`,
  );
}

/**
 * Settles when the API server asks the webhook and trusts it: it has registration and CA from its own watch, and until then it asks nobody.
 * @param reviews how many it has answered
 * @param kind of the object about which it is asked
 */
export async function untilAsked(
  { admin }: TestControlPlane,
  reviews: () => Promise<number>,
  kind = 'TenantGateway',
): Promise<void> {
  const before = await reviews();
  const body = { apiVersion: 'cellwright.dev/v1alpha1', kind, metadata: { name: 'nobody' }, spec: {} };
  await eventually(async () => {
    await admin.send({ method: 'POST', path: `${ours(kind)}?dryRun=All`, body });
    return (await reviews()) > before;
  });
}

/** A webhook of a test. */
export interface TestWebhook extends AsyncDisposable, Pick<Admission, 'address' | 'notReadyBecause'> {
  /** What it was asked, in order. */
  readonly asked: readonly AdmissionRequest[];
  readonly stop: () => Promise<void>;
}

/** Starts one that notes what it is asked. */
export async function startTestWebhook(
  cluster: Cluster,
  judge: AdmissionJudge,
  options: Partial<AdmissionOptions> = {},
): Promise<TestWebhook> {
  const level = process.env['RUNNER_LOG'] === undefined ? 'silent' : 'debug';
  const log = createLog({ level, readable: true, stream: process.stderr });
  const metrics = createMetrics({ queueDepth: () => 0 });
  const { admissionClient, close } = connectTo({
    cluster,
    userAgent: 'webhook',
    clock: systemClock,
    log,
    metrics,
    mayWrite: () => false,
  });
  const asked: AdmissionRequest[] = [];
  const admission = await startAdmission(
    { address: '127.0.0.1:0', names: ['127.0.0.1'], spreadMs: 200, lingerMs: 0, ...options },
    {
      client: admissionClient,
      clock: systemClock,
      random: Math.random,
      log,
      observe: () => undefined,
      metrics,
      judge: (request, signal) => {
        asked.push(request);
        return judge(request, signal);
      },
    },
  );
  let ended: Promise<void> | undefined;
  const stop = (): Promise<void> => (ended ??= admission.close().then(close));
  return {
    address: admission.address,
    notReadyBecause: () => admission.notReadyBecause(),
    asked,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** An address that leads to one of several in turn, as a Service does; TLS passes through. */
export async function balance(addresses: readonly string[]): Promise<AsyncDisposable & { readonly address: string }> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer((socket) => {
    turn += 1;
    const [host = '', port = ''] = (addresses[turn % addresses.length] ?? '').split(':');
    const target = connect({ host, port: Number(port) });
    for (const [one, other] of [
      [socket, target],
      [target, socket],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      // A side that breaks takes the other one with it; the API server then tells the test.
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
