import { describe, expect, test } from '@jest/globals';
import { engineOptions } from '../../bench/engine/options.ts';
import { areMet, asTables, isMet } from '../../bench/engine/report.ts';
import type { Row } from '../../bench/engine/report.ts';

describe('npm run bench -- engine', () => {
  test('a small fleet is made three times beside the floor, a large one once and without it', () => {
    expect(engineOptions([])).toMatchObject({ tenants: 100, rounds: 3, restSeconds: 60, withFloor: true });
    expect(engineOptions(['--only', 'restart,rest'])).toMatchObject({ cases: ['restart', 'rest'] });
    expect(() => engineOptions(['--only', 'all'])).toThrow('--only takes');
    expect(engineOptions(['--tenants', '1000'])).toMatchObject({ rounds: 1, restSeconds: 300, withFloor: true });
    expect(engineOptions(['--tenants', '10000'])).toMatchObject({ rounds: 1, withFloor: false });
    expect(engineOptions(['--tenants', '5000', '--floor'])).toMatchObject({ withFloor: true });
    expect(engineOptions(['--no-floor', '-o', 'json'])).toMatchObject({ withFloor: false, output: 'json' });
  });

  test.each([['--tenants', '0'], ['--rounds', 'many'], ['-o', 'yaml'], ['--unknown']])(
    '%s %s is refused',
    (...args) => {
      expect(() => engineOptions(args)).toThrow();
    },
  );
});

describe('the table of the engine', () => {
  const ready: Row = { what: 'ready', unit: 's', ours: 12, floor: 10, mostOfFloor: 1.5 };
  const requests: Row = { what: 'requests', unit: 'requests', ours: 18.366, most: 18 };
  const small: Row = { what: 'first', unit: 's', ours: 0.045 };

  test('a promise is kept up to its number, by itself or over the floor', () => {
    expect([ready, { ...ready, ours: 15 }, { ...ready, ours: 15.1 }].map(isMet)).toEqual([true, true, false]);
    expect([requests, { ...requests, ours: 18 }, { ...requests, ours: 0, most: 0 }].map(isMet)).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('nothing is judged where nothing is promised, or no floor was measured', () => {
    const { floor: _, ...alone } = ready;
    expect([small, alone].map(isMet)).toEqual([undefined, undefined]);
    expect(areMet([small, alone, ready])).toBe(true);
  });

  test('one broken promise breaks the whole', () => {
    expect(areMet([ready, requests, small])).toBe(false);
  });

  test('shows each number with its unit and its target, and the requests of each case', () => {
    expect(asTables([ready, requests, small], { rest: { 'patch services': 2 } })).toMatchInlineSnapshot(`
     "MEASURED   OURS     FLOOR    RATIO   TARGET                MET
     ready      12.0 s   10.0 s   1.2     at most 1.5 × floor   yes
     requests   18.366   -        -       at most 18            no
     first      45 ms    -        -       -                     -

     REQUESTS         REST
     patch services   2"
    `);
  });
});
