/** The profiles and tenants that the threat model shows are right, and lock what they say. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { validate } from '../../cli/commands/validate.ts';
import { patterns } from '../../constructs/api/schema/patterns.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';

test('every example of the ladder passes cellwright validate', async () => {
  const text = readFileSync('docs/threat-model.md', 'utf8');
  const examples = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml]) => yaml ?? '');
  expect(examples).toHaveLength(4);
  const folder = mkdtempSync(path.join(tmpdir(), 'cellwright-threats-'));
  try {
    cpSync('fleet', folder, { recursive: true });
    for (const yaml of examples) {
      const { kind, metadata } = load(yaml) as KubeObject;
      expect(metadata.name).toMatch(new RegExp(patterns.shortName.source));
      writeFileSync(
        path.join(folder, kind === 'GatewayProfile' ? 'profiles' : 'tenants', `${metadata.name}.yaml`),
        yaml,
      );
    }
    expect(await validate([folder], 'table')).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
