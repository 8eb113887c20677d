/** The ways in which a cluster says who we are, against the API server that believes or refuses it. */
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { Cluster as KubeconfigCluster } from '@kubernetes/client-node';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../runner/kube/clock.ts';
import { loadCluster } from '../../runner/kube/cluster.ts';
import type { Cluster } from '../../runner/kube/cluster.ts';
import { createTransport } from '../../runner/kube/transport.ts';
import { controlPlaneOfFile } from './support/control-plane.ts';
import { eventually } from './support/running-fleet.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const plane = controlPlaneOfFile();
const core = '/api/v1/namespaces/default';
const account = 'client';
const accountName = `system:serviceaccount:default:${account}`;
const whoAmI = {
  method: 'POST',
  path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
  body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
} as const;

const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } };
  await plane().admin.ok({ method: 'POST', path: `${core}/serviceaccounts`, body });
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Asks a cluster who we are to it, over one transport; `agent` tells its requests apart in the audit log. */
function asking(cluster: Cluster, agent: string): () => Promise<string | undefined> {
  const transport = createTransport(cluster, { userAgent: agent, clock: systemClock });
  closing.push(transport.close);
  return async () => {
    const response = await transport.send({ ...whoAmI, signal: AbortSignal.timeout(30_000) });
    const { status } = (await response.json()) as { status: { userInfo: { username?: string } } };
    return status.userInfo.username;
  };
}

/** A token that dies with a Secret, which is made for it. */
async function boundToken(secret: string): Promise<string> {
  const made = await plane().admin.object({
    method: 'POST',
    path: `${core}/secrets`,
    body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: secret } },
  });
  const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: secret, uid: made.metadata.uid };
  const { status } = await plane().admin.object({
    method: 'POST',
    path: `${core}/serviceaccounts/${account}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { boundObjectRef } },
  });
  return (status as { token: string }).token;
}

/** The API server believes a token that it saw for ten seconds more. */
async function untilDead(secret: string, token: string): Promise<void> {
  await plane().admin.ok({ method: 'DELETE', path: `${core}/secrets/${secret}` });
  const holder = plane().client({ token, userAgent: 'holder' });
  await eventually(async () => (await holder.send(whoAmI)).status === 401);
}

/** The API server of this file, as a kubeconfig names it. */
function served(): KubeconfigCluster {
  const config = new KubeConfig();
  config.loadFromFile(plane().kubeconfigPath);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig of the playground names no cluster');
  return cluster;
}

/** A kubeconfig whose only user is this. */
async function clusterFor(folder: string, user: object): Promise<Cluster> {
  const given = JSON.parse(await readFile(plane().kubeconfigPath, 'utf8')) as { users: { name: string }[] };
  const kubeconfig = path.join(folder, 'kubeconfig');
  await writeFile(kubeconfig, JSON.stringify({ ...given, users: given.users.map(({ name }) => ({ name, user })) }));
  return loadCluster({ kubeconfig });
}

/** What a kubelet puts into a pod, below a folder in place of the root. */
async function clusterOfPod(folder: string): Promise<Cluster> {
  const { server, caData = '' } = served();
  await writeFile(path.join(folder, tokenIn.pod, '..', 'ca.crt'), Buffer.from(caData, 'base64'));
  const { hostname, port } = new URL(server);
  const before = process.env;
  process.env = { ...before, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
  const config = new KubeConfig();
  config.loadFromCluster(folder);
  process.env = before;
  return { config, server, namespace: undefined, description: 'a pod' };
}

/** An exec plug-in that gives what `token` beside it holds, and keeps a line of each time that it was asked. */
async function clusterOfPlugin(folder: string, seconds: number): Promise<Cluster> {
  const plugin = path.join(folder, 'plugin.mjs');
  await writeFile(
    plugin,
    `import { appendFileSync, readFileSync } from 'node:fs';
const began = Date.now();
const [, , folder, seconds] = process.argv;
const expires = began + 1000 * Number(seconds);
appendFileSync(folder + '/asked', JSON.stringify({ began, expires }) + '\\n');
const status = { token: readFileSync(folder + '/token', 'utf8'), expirationTimestamp: new Date(expires).toISOString() };
console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status }));
`,
  );
  const apiVersion = 'client.authentication.k8s.io/v1';
  const args = [plugin, folder, String(seconds)];
  return clusterFor(folder, { exec: { apiVersion, command: process.execPath, args, interactiveMode: 'Never' } });
}

/** When the plug-in was asked, and until when what it then gave holds. */
const asked = (folder: string): { began: number; expires: number }[] =>
  readFileSync(path.join(folder, 'asked'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { began: number; expires: number });

const tokenIn = { pod: 'var/run/secrets/kubernetes.io/serviceaccount/token', file: 'token', plugin: 'token' };
const clusterBy: Record<keyof typeof tokenIn, (folder: string) => Promise<Cluster>> = {
  pod: clusterOfPod,
  file: (folder) => clusterFor(folder, { tokenFile: 'token' }),
  plugin: (folder) => clusterOfPlugin(folder, 3600),
};
const ways = Object.keys(clusterBy) as (keyof typeof tokenIn)[];

test('a token that dies before its time is replaced by that of the pod, file or plug-in at the cost of one 401', async () => {
  await using folder = await temporaryFolder();
  const first = await boundToken('first');
  const put = async (token: string): Promise<void> => {
    for (const way of ways) await writeFile(path.join(folder.path, way, tokenIn[way]), `${token}\n`);
  };
  for (const way of ways) await mkdir(path.join(folder.path, way, tokenIn[way], '..'), { recursive: true });
  await put(first);
  const clients = await Promise.all(
    ways.map(async (way) => asking(await clusterBy[way](path.join(folder.path, way)), `by-${way}`)),
  );
  const answers = (): Promise<(string | undefined)[]> => Promise.all(clients.map((ask) => ask()));
  const believed = ways.map(() => accountName);
  expect(await answers()).toEqual(believed);
  await put(await boundToken('second'));
  await untilDead('first', first);
  const requests = await plane().audit.during(async () => {
    for (let count = 0; count < 3; count += 1) expect(await answers()).toEqual(believed);
  });
  for (const way of ways) {
    const statuses = requests.filter(({ userAgent }) => userAgent === `by-${way}`).map(({ status }) => status);
    expect([way, ...statuses]).toEqual([way, 401, 201, 201, 201]);
  }
  expect(asked(path.join(folder.path, 'plugin'))).toHaveLength(2);
});

test('an exec plug-in is asked again when what it gave expires, and never before', async () => {
  await using folder = await temporaryFolder();
  await writeFile(path.join(folder.path, 'token'), await boundToken('third'));
  const ask = asking(await clusterOfPlugin(folder.path, 2), 'by-plugin-that-expires');
  const requests = await plane().audit.during(async () => {
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([accountName, accountName, accountName]);
    await eventually(async () => {
      await ask();
      return asked(folder.path).length > 1;
    });
  });
  const [given, again] = asked(folder.path);
  expect(again?.began).toBeGreaterThanOrEqual(given?.expires ?? Infinity);
  const statuses = requests
    .filter(({ userAgent }) => userAgent === 'by-plugin-that-expires')
    .map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([201]));
});

test('a token that nobody believes is sent once, and the refusal is the caller’s', async () => {
  await using folder = await temporaryFolder();
  await writeFile(path.join(folder.path, 'token'), 'forged');
  const ask = asking(await clusterBy.file(folder.path), 'forged');
  const requests = await plane().audit.during(() => expect(ask()).rejects.toMatchObject({ status: 401 }));
  expect(requests.filter(({ userAgent }) => userAgent === 'forged')).toHaveLength(1);
});

test('a client certificate is who it names', async () => {
  const { body } = await plane().admin.ok(whoAmI);
  const { username } = (body as { status: { userInfo: { username: string } } }).status.userInfo;
  expect(await asking(loadCluster({ kubeconfig: plane().kubeconfigPath }), 'by-certificate')()).toBe(username);
});
