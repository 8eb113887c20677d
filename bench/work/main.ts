/** One piece of work in a process of its own; prints what it took as JSON. Started by bench/measure.ts. */
import { synth } from '../../cli/commands/synth.ts';
import { packageVersion } from '../../files/assets/package-root.ts';
import { SynthCache } from '../../files/cache/synth-cache.ts';
import { floor } from './floor.ts';
import { stock } from './stock.ts';

const [kind, fleet = '', out = '', extra = ''] = process.argv.slice(2);

async function prepared(): Promise<() => unknown> {
  switch (kind) {
    case 'cellwright':
      return () => synth({ fleet, out, quiet: true });
    case 'cached':
      return () => synth({ fleet, out, quiet: true, cache: new SynthCache(extra, packageVersion()) });
    case 'floor':
      return floor({ fleet, out, literals: extra });
    case 'stock':
      return () => stock(fleet, out);
    default:
      throw new RangeError(`no such work: ${String(kind)}`);
  }
}

const work = await prepared();
const start = { wall: performance.now(), cpu: process.cpuUsage() };
await work();
const wall = performance.now() - start.wall;
const { user, system } = process.cpuUsage(start.cpu);
// The maximum of resident memory comes in KiB.
process.stdout.write(
  `\n${JSON.stringify({ wall, cpu: (user + system) / 1000, megabytes: process.resourceUsage().maxRSS / 1024 })}\n`,
);
