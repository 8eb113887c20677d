/** What a decision costs over HTTP, by the number of rules: the real opa with the arguments of a synthesized sidecar. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PolicyBundleSpec } from '../constructs/api/types.gen.ts';
import { composePolicy } from '../constructs/policy/compose.ts';
import { synthesizeTenant } from '../constructs/synth/synthesize-tenant.ts';
import type { Named } from '../constructs/synth/tenant-input.ts';
import { loadAssets } from '../files/assets/load-assets.ts';
import { createOpaClient } from '../guard/opa-client.js';
import { findOpa } from '../opa/find-opa.ts';
import type { Result } from './cases.ts';
import type { Sample } from './measure.ts';

const questions = 3000;
const warmUps = 500;
const token = 'bench'.repeat(8);
const assets = loadAssets();

/** A thousand and ten thousand rules, each against ten in turn. */
export async function decisions(folder: string): Promise<Result[]> {
  const opa = await findOpa({ environment: process.env, progress: (line) => process.stderr.write(`${line}\n`) });
  const results: Result[] = [];
  for (const rules of [1000, 10_000]) {
    const pairs: { ours: Sample[]; other: Sample[] } = { ours: [], other: [] };
    for (let round = 0; round < 3; round += 1) {
      pairs.ours.push(await measured(opa, folder, rules));
      pairs.other.push(await measured(opa, folder, 10));
    }
    const promised = rules === 1000 ? 'under 5 ms' : '-';
    results.push({ what: `p99 of a decision, ${rules.toLocaleString('en')} rules, against 10`, promised, pairs });
  }
  return results;
}

/** Bundles with so many rules in all, a third of them patterns with a star in the middle. */
function bundlesWith(rules: number): Named<PolicyBundleSpec>[] {
  const names = Array.from({ length: rules }, (_, index) =>
    index % 3 === 0 ? `crm_${index}_*_read` : index % 3 === 1 ? `erp_${index}_*` : `wiki_${index}`,
  );
  const chunks = Array.from({ length: Math.ceil(rules / 2000) }, (_, index) =>
    names.slice(index * 2000, (index + 1) * 2000),
  );
  return chunks.map((allow, index) => ({
    name: `bundle-${index}`,
    spec: { rules: { tools: { allow: [...allow, 'wiki_2'], deny: allow.map((name) => `never_${name}`) } } },
  }));
}

/** The 99th percentile in milliseconds, over one connection, as the guard asks. */
async function measured(opa: string, folder: string, rules: number): Promise<Sample> {
  const tenant = { name: 'acme', spec: {} };
  const bundles = bundlesWith(rules);
  const policy = composePolicy({ tenant, bundles, library: assets.rego });
  const root = mkdtempSync(path.join(folder, 'opa-'));
  for (const [name, text] of Object.entries({ ...policy.modules, 'data.json': policy.data })) {
    mkdirSync(path.join(root, 'policies'), { recursive: true });
    writeFileSync(path.join(root, 'policies', name), text);
  }
  mkdirSync(path.join(root, 'runtime'));
  writeFileSync(
    path.join(root, 'runtime', 'runtime.json'),
    JSON.stringify({ cellwright_runtime: { token, logKey: 'k' } }),
  );
  const port = await freePort();
  const child = spawn(opa, sidecarArguments(root, port), { stdio: 'ignore', env: { GOMEMLIMIT: '200MiB' } });
  try {
    const tokenFile = path.join(root, 'token');
    writeFileSync(tokenFile, token);
    const opaUrl = `http://127.0.0.1:${port}`;
    const client = createOpaClient({ tenant: 'acme', opaUrl, tokenFile, revision: '', credentialsFolder: root });
    await answering(() => client.revision());
    return { wall: await percentile(client), cpu: Number.NaN, megabytes: Number.NaN };
  } finally {
    child.kill('SIGKILL');
  }
}

async function percentile(client: ReturnType<typeof createOpaClient>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < warmUps + questions; index += 1) {
    const started = performance.now();
    const { allow } = await client.decide({ tenant: 'acme', kind: 'tool', name: 'wiki_2', params: { index } });
    if (!allow) {
      throw new Error('the question that is measured should be allowed');
    }
    times.push(performance.now() - started);
  }
  const sorted = times.slice(warmUps).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}

/** The sidecar's own arguments, on free ports and with folders of this machine. */
function sidecarArguments(root: string, port: number): string[] {
  const { objects } = synthesizeTenant({
    tenant: { name: 'acme', spec: {} },
    profile: { name: 'default', spec: {} },
    bundles: [],
    assets,
  });
  const workload = objects.find(({ kind }) => kind === 'StatefulSet') as unknown as {
    spec: { template: { spec: { initContainers: { name: string; args?: string[] }[] } } };
  };
  const sidecar = workload.spec.template.spec.initContainers.find(({ name }) => name === 'opa');
  return (sidecar?.args ?? []).map((argument) =>
    argument
      .replace('127.0.0.1:8181', `127.0.0.1:${port}`)
      .replace('0.0.0.0:8282', '127.0.0.1:0')
      .replace(/^\/policies$/, path.join(root, 'policies'))
      .replace(/^\/run\/opa$/, path.join(root, 'runtime')),
  );
}

async function answering(ask: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      await ask();
      return;
    } catch {
      // It is still starting.
      await sleep(50);
    }
  }
  throw new Error('opa did not answer within 10 s');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
