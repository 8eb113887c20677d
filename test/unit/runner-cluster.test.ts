import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ClusterChoiceError, loadCluster } from '../../runner/kube/cluster.ts';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cellwright-cluster-'));
  file = path.join(folder, 'config');
  const cluster = (name: string): object => ({ name, cluster: { server: `https://${name}.example.com:6443/` } });
  const context = (name: string): object => ({ name, context: { cluster: name, user: 'me', namespace: `ns-${name}` } });
  const config = {
    'current-context': 'dev',
    clusters: [cluster('dev'), cluster('prod')],
    contexts: [
      context('dev'),
      context('prod'),
      { name: 'broken', context: { cluster: 'nowhere', user: 'me' } },
      { name: 'filed', context: { cluster: 'dev', user: 'filed' } },
    ],
    users: [
      { name: 'me', user: { token: 't' } },
      { name: 'filed', user: { token: 't', tokenFile: 'token' } },
    ],
  };
  await writeFile(file, JSON.stringify(config));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('the cluster', () => {
  test('is that of the file and context that are named', () => {
    expect(loadCluster({ kubeconfig: file })).toMatchObject({
      server: 'https://dev.example.com:6443',
      namespace: 'ns-dev',
    });
    const prod = loadCluster({ kubeconfig: file, context: 'prod' });
    expect(prod.description).toBe(`context prod of ${file} (https://prod.example.com:6443)`);
  });

  test('is entered with a token file rather than a token, beside the kubeconfig where its path is relative', async () => {
    const { config } = loadCluster({ kubeconfig: file, context: 'filed' });
    await writeFile(path.join(folder, 'token'), 'of the file');
    const options: { headers?: unknown } = {};
    await config.applyToHTTPSOptions(options);
    expect(options.headers).toEqual({ Authorization: 'Bearer of the file' });
  });

  test('is never taken from KUBECONFIG', () => {
    const before = process.env['KUBECONFIG'];
    process.env['KUBECONFIG'] = file;
    try {
      expect(() => loadCluster({})).toThrow('No cluster is named: give --kubeconfig FILE');
    } finally {
      if (before === undefined) delete process.env['KUBECONFIG'];
      else process.env['KUBECONFIG'] = before;
    }
  });

  test.each([
    [{ context: 'pord' }, /has no context "pord": use one of dev, prod, broken, filed/],
    [{ context: 'broken' }, /names no cluster/],
  ])('that cannot be found is an error with what to name instead: %j', (choice, message) => {
    expect(() => loadCluster({ kubeconfig: file, ...choice })).toThrow(message);
  });

  test('of a file that is not there, or of a pod that is none, is an error', () => {
    expect(() => loadCluster({ kubeconfig: path.join(folder, 'absent') })).toThrow(ClusterChoiceError);
    expect(() => loadCluster({ inCluster: true })).toThrow(/no pod with a ServiceAccount token/);
  });
});
