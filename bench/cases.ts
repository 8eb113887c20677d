/** What is promised, and how each promise is measured. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openFleet } from '../cli/fleet/open-fleet.ts';
import { tenantFiles } from '../constructs/synth/fleet-tree.ts';
import { decisions } from './decisions.ts';
import { tenantPath, tenantText, writeFleet } from './fleet.ts';
import { inTurn, program, work } from './measure.ts';
import type { Pairs, Sample } from './measure.ts';
import { literalModule } from './work/floor.ts';

/** One line of the result. */
export interface Result {
  readonly what: string;
  readonly promised: string;
  readonly pairs: Pairs;
  /** Whether the promise speaks of the other side over ours. @default false */
  readonly inverse?: boolean;
}

/** A case measures in a folder of its own. */
export type Case = (folder: string) => Promise<Result[]> | Result[];

/** 1,000 tenants against what no synthesis can go below. */
async function floor(folder: string): Promise<Result[]> {
  const fleet = fleetOf(folder, 1000);
  const literals = path.join(folder, 'literals.mjs');
  const { fleet: opened, assets } = await openFleet(fleet, { progress: () => undefined });
  const examples = opened.tenants.slice(0, 8).map((tenant) => ({
    name: tenant.name,
    files: tenantFiles(tenant, opened, { assets }),
  }));
  writeFileSync(literals, literalModule(examples));
  const pairs = inTurn(
    7,
    () => anew(folder, ['cellwright', fleet]),
    () => anew(folder, ['floor', fleet, literals]),
  );
  return [{ what: '1,000 tenants, against the floor', promised: 'at most 4', pairs }];
}

/** The stock way is quadratic, so a smaller fleet shows where the number comes from. */
function stock(folder: string): Result[] {
  return [250, 1000].map((tenants) => {
    const fleet = fleetOf(folder, tenants);
    const pairs = inTurn(
      tenants === 1000 ? 2 : 3,
      () => anew(folder, ['cellwright', fleet]),
      () => anew(folder, ['stock', fleet]),
    );
    const promised = tenants === 1000 ? 'at least 10' : '-';
    return { what: `${tenants.toLocaleString('en')} tenants, stock app.synth()`, promised, pairs, inverse: true };
  });
}

function growth(folder: string): Result[] {
  const [large, small] = [fleetOf(folder, 10_000), fleetOf(folder, 1000)];
  const pairs = inTurn(
    3,
    () => anew(folder, ['cellwright', large]),
    () => anew(folder, ['cellwright', small]),
  );
  return [{ what: '10,000 tenants, against 1,000', promised: 'at most 11', pairs }];
}

/** The bundled command of the package on the example fleet. */
function start(folder: string): Result[] {
  const command = path.resolve('build/cli/cellwright.js');
  if (!existsSync(command)) {
    throw new Error(`there is no ${command}: make it with "npm run build"`);
  }
  const out = path.join(folder, 'dist');
  const synth = (): Sample => {
    rmSync(out, { recursive: true, force: true });
    return program([command, 'synth', '--no-cache', '--quiet', '--out', out]);
  };
  const again = (): Sample => program([command, 'synth', '--fleet', path.resolve('fleet'), '--quiet'], folder);
  const bare = (): Sample => program(['-e', '0']);
  again();
  return [
    {
      what: 'synth of fleet/ by the packaged command again, against bare node',
      promised: 'under 6',
      pairs: inTurn(21, again, bare),
    },
    { what: 'the same without cache into an empty dist', promised: 'under 6', pairs: inTurn(21, synth, bare) },
  ];
}

function oneChanged(folder: string): Result[] {
  const fleet = fleetOf(folder, 10_000);
  const [out, cache] = [path.join(folder, 'dist'), path.join(folder, 'cache')];
  work('cached', fleet, out, cache);
  let changes = 0;
  const change = (): void => {
    changes += 1;
    writeFileSync(path.join(fleet, tenantPath(5000 + changes)), `${tenantText(5000 + changes)}  replicas: 1\n`);
  };
  const run = (kind: 'cached' | 'cellwright') => (): Sample => {
    change();
    return work(kind, fleet, out, cache);
  };
  const pairs = inTurn(3, run('cached'), run('cellwright'));
  return [{ what: 'one changed tenant of 10,000, against all anew', promised: 'at least 5', pairs, inverse: true }];
}

/** Every case by its name. */
export const cases: Readonly<Record<string, Case>> = {
  floor,
  stock,
  growth,
  start,
  'one-changed': oneChanged,
  decisions,
};

function fleetOf(folder: string, tenants: number): string {
  const fleet = path.join(folder, `fleet-${tenants}`);
  if (!existsSync(fleet)) {
    writeFleet(fleet, tenants);
  }
  return fleet;
}

/** Work that writes to a folder that is not there yet. */
function anew(folder: string, [kind = '', fleet = '', ...more]: readonly string[]): Sample {
  const out = path.join(folder, 'dist');
  rmSync(out, { recursive: true, force: true });
  return work(kind, fleet, out, ...more);
}
