import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatProblem } from '../../../files/problem.ts';
import type { LocatedProblem } from '../../../files/problem.ts';
import { readFleet } from '../../../files/read/read-fleet.ts';
import { readObjects } from '../../../files/read/read-objects.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cellwright-read-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(files: Readonly<Record<string, string | Buffer>>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return path.join(folder, 'fleet');
}

const object = (kind: string, name: string) =>
  `apiVersion: cellwright.dev/v1alpha1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec: {}\n`;
const names = (objects: readonly { readonly name: string }[]) => objects.map(({ name }) => name);
const shown = (problems: readonly LocatedProblem[]) =>
  problems.map((problem) => formatProblem(problem).replaceAll(folder, '.'));

describe('a fleet', () => {
  test('is the objects of all files in the three folders, sorted by name, each knowing its place', () => {
    const fleet = readFleet(
      put({
        'fleet/tenants/z/b.yaml': `${object('TenantGateway', 'b')}---\n${object('PolicyBundle', 'all')}`,
        'fleet/tenants/a.yml': object('TenantGateway', 'c'),
        'fleet/tenants/README.md': 'notes',
        'fleet/tenants/.gitkeep': '',
        'fleet/tests/baseline.cases.yaml': '- tenant: a\n',
        'fleet/fleet.config.ts': '',
        'fleet/bundles/a.yaml': object('TenantGateway', 'a'),
        'fleet/profiles/p.yaml': object('GatewayProfile', 'default'),
      }),
    );
    expect(shown(fleet.problems)).toStrictEqual([]);
    expect(names(fleet.tenants)).toStrictEqual(['a', 'b', 'c']);
    expect(names(fleet.bundles)).toStrictEqual(['all']);
    expect(names(fleet.profiles)).toStrictEqual(['default']);
    const [problem] = fleet.bundles.map((bundle) => bundle.locate({ code: '', path: 'spec', message: 'm', fix: 'f' }));
    expect(problem).toMatchObject({ file: `${folder}/fleet/tenants/z/b.yaml`, line: 11, object: 'PolicyBundle all' });
    expect(fleet.tenants[0]?.value).toMatchObject({ kind: 'TenantGateway', spec: {} });
  });

  test('has a problem for everything that it would otherwise pass over, all of them in one run', () => {
    const fleet = readFleet(
      put({
        'fleet/tenants/a.yaml': object('TenantGateway', 'acme'),
        'fleet/tenants/b.yaml': `---\n${object('TenantGateway', 'acme')}`,
        'fleet/tenants/config-map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n',
        'fleet/tenants/kind.yaml': object('TenantGatway', 'a'),
        'fleet/tenants/list.yaml': '- a\n',
        'fleet/tenants/name.yaml': 'apiVersion: cellwright.dev/v1alpha1\nkind: TenantGateway\nmetadata: {}\n',
        'fleet/tenants/notes.txt': '',
        'fleet/tenants/open.yaml': 'a: "b\n',
        'fleet/tenants/utf16.yaml': Buffer.from('\ufeffa: 1', 'utf16le'),
        'fleet/tenant/a.yaml': object('TenantGateway', 'other'),
      }),
    );
    expect(shown(fleet.problems)).toStrictEqual([
      expect.stringMatching(/^\.\/fleet\/tenant\/a\.yaml: only \.\/fleet\/profiles\/, .* are read; move/),
      './fleet/tenants/b.yaml:5: metadata.name: TenantGateway acme is there already, in ./fleet/tenants/a.yaml:4; remove one of the two, or give it another name',
      expect.stringMatching(/^\.\/fleet\/tenants\/config-map\.yaml:2: kind: "ConfigMap" is not a kind/),
      expect.stringMatching(
        /^\.\/fleet\/tenants\/kind\.yaml:2: kind: "TenantGatway" .*; did you mean TenantGateway\?$/,
      ),
      expect.stringMatching(/^\.\/fleet\/tenants\/list\.yaml:1: expected an object/),
      expect.stringMatching(
        /^\.\/fleet\/tenants\/name\.yaml:3: metadata.name: the object has no name; add metadata.name/,
      ),
      expect.stringMatching(/^\.\/fleet\/tenants\/name\.yaml:3: metadata.name: the name has a wrong form/),
      expect.stringMatching(/^\.\/fleet\/tenants\/notes\.txt: .*; rename it/),
      expect.stringMatching(/^\.\/fleet\/tenants\/open\.yaml:\d: not readable as YAML/),
      './fleet/tenants/utf16.yaml: the file is not UTF-8 text; save it as UTF-8',
    ]);
    expect(names(fleet.tenants)).toStrictEqual(['acme']);
  });

  test('is not read through links that lead out of it', () => {
    const fleet = put({
      'secret.yaml': object('TenantGateway', 'outside'),
      'fleet/tenants/a.yaml': object('TenantGateway', 'a'),
    });
    symlinkSync('../../secret.yaml', path.join(fleet, 'tenants', 'out.yaml'));
    symlinkSync('..', path.join(fleet, 'tenants', 'loop'));
    symlinkSync('nowhere.yaml', path.join(fleet, 'tenants', 'broken.yaml'));
    const read = readFleet(fleet);
    expect(names(read.tenants)).toStrictEqual(['a']);
    expect(read.problems.map(({ code }) => code).sort()).toStrictEqual(['file.link', 'file.link', 'file.missing']);
  });

  test('that is not there is one problem', () => {
    expect(shown(readFleet(path.join(folder, 'fleet')).problems)).toStrictEqual([
      './fleet: there is no such file or folder; check the path',
    ]);
  });

  test('is not parsed where a run before has read the same content, until a value is asked for', () => {
    const fleet = put({ 'fleet/tenants/a.yaml': `---\n---\n${object('TenantGateway', 'a')}` });
    const identities = new Map(
      readFleet(fleet).tenants.map(({ contentHash, kind, name }) => [contentHash, [{ kind, name }]]),
    );
    const asked: string[] = [];
    const again = readFleet(fleet, {
      known: (hash) => {
        asked.push(hash);
        return identities.get(hash);
      },
    });
    expect(asked).toStrictEqual([...identities.keys()]);
    expect(names(again.tenants)).toStrictEqual(['a']);
    expect(again.tenants[0]?.value).toMatchObject({ metadata: { name: 'a' } });
    expect(again.tenants[0]?.locate({ code: '', path: 'kind', message: '', fix: '' }).line).toBe(4);
  });
});

test('readObjects reads files of any name and the YAML below folders, and says what it could not read', () => {
  put({
    'a.json': '{"kind": "A"}',
    'dir/b.yaml': 'kind: B\n---\nkind: C\n',
    'dir/c.txt': 'kind: D',
    'dir/.x.yaml': 'x',
    'empty/a': '',
  });
  const at = (name: string) => path.join(folder, name);
  const { documents, problems } = readObjects([at('a.json'), at('dir'), at('empty'), at('none')]);
  expect(documents.map(({ value }) => value)).toStrictEqual([{ kind: 'A' }, { kind: 'B' }, { kind: 'C' }]);
  expect(shown(problems)).toStrictEqual([
    './empty: there are no *.yaml or *.yml files below this folder; check the path',
    './none: there is no such file or folder; check the path',
  ]);
});
