/** The runner ends and another one starts on the settled fleet. */
import { costing, countOf, writes } from './request-counts.ts';
import type { Row } from './report.ts';
import type { Session } from './session.ts';

/** Stops and starts it. */
export async function restarted(session: Session): Promise<Row[]> {
  await session.runner.stop();
  await session.counts.take();
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  await session.restart();
  await session.runner.ready();
  const readySeconds = seconds();
  await session.runner.leading();
  const leadingSeconds = seconds();
  const { counts, seconds: working } = await session.untilQuiet();
  session.note('restart', counts);
  const lists = countOf(counts, /^list /);
  return [
    { what: 'restart: ready after', unit: 's', ours: readySeconds, most: session.tenants > 1000 ? 60 : 8 },
    { what: 'restart: lists, all pages', unit: 'requests', ours: lists },
    { what: 'restart: besides lists and watches', unit: 'requests', ours: countOf(counts, costing) - lists, most: 0 },
    { what: 'restart: writes', unit: 'requests', ours: countOf(counts, writes), most: 0 },
    { what: 'restart: until the last request', unit: 's', ours: leadingSeconds + working },
  ];
}
