import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { App, Chart } from 'cdk8s';
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import { PolicyBundle, TenantGateway, TenantGatewaySpecState } from '../../imports/cellwright.dev.js';
import { generateErrors } from '../../scripts/generate-errors.ts';
import { generateImports } from '../../scripts/generate-imports.ts';
import { generateReference } from '../../scripts/generate-reference.ts';
import { generateTypes } from '../../scripts/generate-types.ts';
import type { GeneratedFile } from '../../scripts/generated-file.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** Names of files that differ from what the generators make; `npm run generate` makes them current. */
function stale(files: readonly GeneratedFile[]): string[] {
  return files
    .filter(({ path: file, text }) => readFileSync(path.join(root, file), 'utf8') !== text)
    .map((file) => file.path);
}

test('types are current', async () => {
  expect(stale(await generateTypes())).toEqual([]);
});

test('reference pages are current', () => {
  expect(stale([...generateReference(), ...generateErrors()])).toEqual([]);
});

test('typed constructs are current', () => {
  expect(stale(generateImports())).toEqual([]);
}, 60_000);

test('typed constructs make objects that validate', () => {
  const chart = new Chart(new App(), 'fleet');
  const objects = [
    new TenantGateway(chart, 'plain', { metadata: { name: 'plain' } }),
    new TenantGateway(chart, 'full', {
      metadata: { name: 'full' },
      spec: {
        state: TenantGatewaySpecState.STOPPED,
        openclaw: { config: { agents: { defaults: { model: { primary: 'anthropic/x' } } } }, env: { TZ: 'UTC' } },
        credentials: [{ name: 'model', provider: 'anthropic', secretRef: { name: 'keys', key: 'anthropic' } }],
        egress: [{ cidr: '203.0.113.0/24', ports: [{ port: 443 }] }],
      },
    }),
    new PolicyBundle(chart, 'base', { metadata: { name: 'base' }, spec: { rules: { tools: { allow: ['read'] } } } }),
  ].map((object) => object.toJson() as unknown);
  expect(objects.map((object) => validateObject(object))).toEqual([[], [], []]);
  expect(objects[1]).toMatchObject({
    apiVersion: 'cellwright.dev/v1alpha1',
    kind: 'TenantGateway',
    spec: {
      state: 'Stopped',
      openclaw: { config: { agents: { defaults: { model: { primary: 'anthropic/x' } } } }, env: { TZ: 'UTC' } },
    },
  });
});
