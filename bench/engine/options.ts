/** What `npm run bench -- engine` is told. */
import { parseArgs } from 'node:util';

/** What is measured of a fleet that is there, in this order. */
export const caseNames = ['rest', 'doctor', 'annotation', 'profile', 'drift', 'broken', 'restart', 'one-more'] as const;

/** One of them. */
export type CaseName = (typeof caseNames)[number];

/** Shown by `--help`. */
export const usage = `Usage: npm run bench -- engine [options]
  --tenants N         tenants of the fleet (default 100)
  --rounds N          times that the fleet is made from nothing, each beside the floor (default 3, above 100 tenants 1)
  --rest SECONDS      how long the settled fleet is watched (default 60, from 1,000 tenants 300)
  --only CASES        of what is measured when the fleet is there, these alone,
                      by commas: ${caseNames.join(', ')}
  --no-floor          do not measure the floor (the default above 2,000 tenants)
  --profiles FOLDER   write profiles of CPU and heap of the runner, which then runs from source
  -o, --output FORMAT table or json (default table)
`;

/** What was asked for. */
export interface EngineOptions {
  readonly tenants: number;
  readonly rounds: number;
  readonly restSeconds: number;
  readonly withFloor: boolean;
  readonly cases: readonly CaseName[];
  readonly profiles: string | undefined;
  readonly output: 'table' | 'json';
}

/** @throws RangeError for a value that is no positive number or no format */
export function engineOptions(args: readonly string[]): EngineOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      tenants: { type: 'string', default: '100' },
      rounds: { type: 'string' },
      rest: { type: 'string' },
      floor: { type: 'boolean' },
      only: { type: 'string', default: caseNames.join() },
      profiles: { type: 'string' },
      output: { type: 'string', short: 'o', default: 'table' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const tenants = positive('--tenants', values.tenants);
  const { output } = values;
  if (output !== 'table' && output !== 'json') throw new RangeError(`--output is table or json, not ${output}`);
  return {
    tenants,
    rounds: positive('--rounds', values.rounds ?? (tenants > 100 ? '1' : '3')),
    restSeconds: positive('--rest', values.rest ?? (tenants >= 1000 ? '300' : '60')),
    withFloor: values.floor ?? tenants <= 2000,
    cases: values.only.split(',').map(caseNamed),
    profiles: values.profiles,
    output,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} is a positive whole number, not ${text}`);
  return value;
}

function caseNamed(text: string): CaseName {
  const found = caseNames.find((name) => name === text);
  if (found === undefined) throw new RangeError(`--only takes ${caseNames.join(', ')}, not ${text}`);
  return found;
}
