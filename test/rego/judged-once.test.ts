/** What opa judged is not judged again: a synth after the first one starts no opa. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cellwright } from './support/command.ts';
import type { Ran } from './support/command.ts';
import { opaBuildMs, realOpa } from './support/opa.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-once-'));
const opa = path.join(folder, 'opa');

beforeAll(async () => {
  cpSync(await realOpa(), opa);
}, opaBuildMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(kind: string, name: string, spec: object): void {
  const place = path.join(folder, 'fleet', kind === 'PolicyBundle' ? 'bundles' : 'tenants');
  mkdirSync(place, { recursive: true });
  const object = { apiVersion: 'cellwright.dev/v1alpha1', kind, metadata: { name }, spec };
  writeFileSync(path.join(place, `${name}.yaml`), JSON.stringify(object));
}

const validate = (): Promise<Ran> =>
  cellwright(['validate', path.join(folder, 'fleet')], { environment: { OPA_BIN: opa, XDG_CACHE_HOME: folder } });

/** The same file by name, size and time, that cannot be started. */
function spoil(program: string): void {
  const { size, mtime } = statSync(program);
  truncateSync(program, 0);
  truncateSync(program, size);
  utimesSync(program, mtime, mtime);
}

test('a fleet with Rego is validated a second time without opa, and with it when the Rego changed', async () => {
  // Whole seconds: what `utimes` writes is less exact than what a copy has.
  utimesSync(opa, 1_700_000_000, 1_700_000_000);
  write('GatewayProfile', 'default', {});
  write('PolicyBundle', 'acme', { rego: 'deny contains "x" if input.name == "exec"' });
  expect(await validate()).toMatchObject({ code: 0, stdout: 'no problems\n' });
  spoil(opa);
  expect(await validate()).toMatchObject({ code: 0, stdout: 'no problems\n' });
  write('PolicyBundle', 'acme', { rego: 'deny contains "y" if input.name == "exec"' });
  expect(await validate()).toMatchObject({ code: 3, stdout: '' });
});
