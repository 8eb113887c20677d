/** A process that does nothing but judge the bundles that it is given, all at once, as the runner's admission would. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { heapFlags } from '../../../cli/commands/runner.ts';
import { loadAssets } from '../../../files/assets/load-assets.ts';
import { RegoVerdicts } from '../../../runner/rego/rego-verdicts.ts';

const [opa = '', ...files] = process.argv.slice(2);
setFlagsFromString(heapFlags);
const verdicts = new RegoVerdicts({
  findOpa: () => Promise.resolve(opa),
  capabilities: loadAssets().capabilities,
  monotonic: () => performance.now(),
});
const peak = (): number => Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
const atStart = peak();
const judged = await Promise.all(
  files.map((file, index) =>
    verdicts.judge({ name: `b${index}`, spec: { rego: readFileSync(file, 'utf8') } }, new AbortController().signal),
  ),
);
process.stdout.write(JSON.stringify({ judged, grownMiB: peak() - atStart }));
