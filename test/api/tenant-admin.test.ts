/**
 * What somebody who runs one tenant tries against the platform and the other tenants: as the platform is installed, without each
 * policy, past RBAC as the administrator of the cluster, and without the rules of the schema. Without its wall each must pass.
 */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { controlPlaneOfFile } from './support/control-plane.ts';
import type { ApiClient, TestRequest } from './support/api-client.ts';
import { cameToNothing } from './support/effect.ts';
import { attempt, wallOf } from './support/people/attack.ts';
import type { Attack } from './support/people/attack.ts';
import { clusterAttacks } from './support/people/cluster-attacks.ts';
import { egressAttacks } from './support/people/egress-attacks.ts';
import { namespaceAttacks } from './support/people/namespace-attacks.ts';
import { tenantGatewayAttacks } from './support/people/tenant-gateway-attacks.ts';
import { peopleOf, startWalledFleet } from './support/people/walled-fleet.ts';
import type { Attackers } from './support/people/walled-fleet.ts';
import {
  definitionPath,
  installRunnerObjects,
  peoplePolicyNames,
  rulesPointer,
  typeWarnings,
  without,
} from './support/people/walls.ts';
import { eventually } from './support/running-fleet.ts';
import type { TestRunner } from './support/running-fleet.ts';

const plane = controlPlaneOfFile();
const attacks = [...tenantGatewayAttacks, ...namespaceAttacks, ...clusterAttacks];
let runner: TestRunner | undefined;
let people: Attackers;
/** Names that the cell has and no attack knows beforehand, by how attacks write them. */
const names: Record<string, string> = {};

beforeAll(async () => {
  runner = await startWalledFleet(plane());
  people = await peopleOf(plane());
  await installRunnerObjects(plane());
  const maps = await plane().admin.list('/api/v1/namespaces/tenant-acme/configmaps');
  names['CONFIG'] = maps.find(({ metadata }) => metadata.name.startsWith('gateway-config-'))?.metadata.name ?? '';
  const claims = await plane().admin.list('/api/v1/namespaces/tenant-acme/persistentvolumeclaims');
  names['CLAIM'] = claims[0]?.metadata.name ?? '';
}, 120_000);

afterAll(async () => {
  await runner?.stop();
});

const named = (request: TestRequest): TestRequest => ({
  ...request,
  path: request.path.replace(/CONFIG|CLAIM/, (word) => names[word] ?? word),
});
const triedBy = async (client: ApiClient, attack: Attack): Promise<string> => {
  const request = named(attack.request);
  const answer = await attempt(client, request);
  const isVain = answer.status < 300 && (await cameToNothing(plane().admin, request, answer));
  return isVain ? 'it changes nothing' : wallOf(answer);
};
const tried = (attack: Attack): Promise<string> => triedBy(people[attack.as], attack);
const passed = expect.stringMatching(/^20[01] passed$/);

/** Of two policies that say no, the API server names either. */
const wallsOf = ({ wall, behind }: Attack): readonly string[] =>
  behind?.startsWith('cellwright-') === true ? [wall, behind] : [wall];

describe('as the admin of a tenant', () => {
  test.each(attacks)('$id is stopped by $wall', async (attack) => {
    expect(wallsOf(attack)).toContain(await tried(attack));
  });

  test.each(peoplePolicyNames)('what %s stops passes without it', async (policy) => {
    const stopped = attacks.filter(({ wall }) => wall === policy);
    expect(stopped.length).toBeGreaterThan(0);
    await without(plane(), policy, async () => {
      for (const attack of stopped) {
        const next = attack.behind ?? '';
        let last = policy;
        await eventually(
          async () => (last = await tried(attack)) !== policy,
          () => `${attack.id} is still stopped`,
        );
        expect([attack.id, last]).toEqual([attack.id, next === '' ? passed : expect.stringContaining(next)]);
      }
    });
    for (const attack of stopped) await eventually(async () => wallsOf(attack).includes(await tried(attack)));
  });
});

describe('as the administrator of the cluster', () => {
  test.each(attacks.filter(({ wall }) => wall === 'RBAC'))('$id passes: RBAC alone stopped it', async (attack) => {
    expect(await triedBy(plane().admin, attack)).toEqual(passed);
  });

  test.each(attacks.filter(({ wall }) => wall.startsWith('schema: ')))(
    '$id is stopped all the same, until the schema has no such rule',
    async (attack) => {
      const { admin } = plane();
      expect(await triedBy(admin, attack)).toBe(attack.wall);
      const setRules = (value: unknown): Promise<unknown> =>
        admin.ok({
          method: 'PATCH',
          path: definitionPath,
          contentType: 'application/json-patch+json',
          body: [{ op: 'replace', path: rulesPointer, value }],
        });
      const rules = await rulesOfSpec(admin);
      await setRules(rules.filter(({ message }) => attack.wall !== `schema: ${message}`));
      let last = '';
      await eventually(
        async () => (last = await triedBy(admin, attack)) !== attack.wall,
        () => `${attack.id} is still stopped`,
      );
      expect(last).toEqual(passed);
      await setRules(rules);
    },
  );
});

interface SchemaRule {
  readonly message: string;
}

async function rulesOfSpec(admin: ApiClient): Promise<readonly SchemaRule[]> {
  let part: unknown = await admin.object({ path: definitionPath });
  for (const step of rulesPointer.split('/').slice(1)) part = (part as Readonly<Record<string, unknown>>)[step];
  return part as readonly SchemaRule[];
}

test('every attack stands in the table of docs/security.md', async () => {
  const text = await readFile('docs/security.md', 'utf8');
  expect([...attacks, ...egressAttacks].map(({ id }) => id).filter((id) => !text.includes(`\`${id}\``))).toEqual([]);
});

test('the type checker of the API server has nothing to say of any policy', async () => {
  const said = await typeWarnings(plane());
  expect(Object.keys(said)).toEqual(expect.arrayContaining([...peoplePolicyNames]));
  expect(Object.entries(said).filter(([, warnings]) => JSON.stringify(warnings) !== '[]')).toEqual([]);
});
