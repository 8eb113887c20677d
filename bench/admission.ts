/**
 * What the webhook takes for a verdict, over HTTPS as the API server asks, among 1,000 tenants: `npm run bench -- admission`.
 * Nothing of it can be compared with another program, so there is no ratio. What is promised are numbers of a quiet machine.
 */
import { cpus, loadavg } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { heapFlags } from '../cli/commands/runner.ts';
import { table } from '../cli/output/table.ts';
import { loadAssets } from '../files/assets/load-assets.ts';
import { judgeRequest } from '../runner/admission/judge-request.ts';
import type { JudgeDeps } from '../runner/admission/judge-request.ts';
import { opaVerdicts } from '../runner/rego/opa-verdicts.ts';
import { reviewOf, startWebhook } from '../test/unit/admission-support.ts';
import { live, liveInputs } from '../test/unit/runner-support/live-inputs.ts';
import { readsOf } from '../test/unit/runner-support/stored-objects.ts';

const assets = loadAssets();
const organizations = 50;

/** One kind of write. */
interface Write {
  readonly what: string;
  readonly kind: 'TenantGateway' | 'PolicyBundle';
  /** Another spec each time, so that no verdict is remembered. */
  readonly specOf: (index: number) => object;
  readonly rounds: number;
  /** Reviews at once; each round has so many, and each of them counts. @default 1 */
  readonly atOnce?: number;
  /** What p99 stays under, in milliseconds. @default - nothing is promised, and the row only informs */
  readonly promisedMs?: number;
}

const tenant = {
  kind: 'TenantGateway',
  specOf: (index) => ({
    openclaw: { config: { agents: { defaults: { model: { primary: 'anthropic/claude-sonnet-5' } } } } },
    policy: { tools: { allow: ['read', 'web_fetch'] } },
    access: { ingress: { host: `n${index}.example.com` } },
  }),
} satisfies Pick<Write, 'kind' | 'specOf'>;

const writes: readonly Write[] = [
  {
    what: 'a tenant with configuration, policy and host',
    ...tenant,
    rounds: 1000,
    promisedMs: 25,
  },
  {
    what: 'such a tenant, 8 at once',
    ...tenant,
    rounds: 250,
    atOnce: 8,
  },
  {
    what: 'a bundle',
    kind: 'PolicyBundle',
    specOf: (index) => ({ scope: { organization: 'o1' }, rules: { tools: { deny: [`x${index}`] } } }),
    rounds: 1000,
    promisedMs: 25,
  },
  {
    what: 'a bundle with Rego that is new',
    kind: 'PolicyBundle',
    specOf: (index) => ({
      scope: { organization: 'o1' },
      rego: `deny contains "no" if input.name == "tool-${index}"`,
    }),
    rounds: 200,
    promisedMs: 150,
  },
];

/** Measures and prints. @returns whether every promise is kept */
export async function admission(): Promise<boolean> {
  setFlagsFromString(heapFlags);
  const deps = fleetOf(1000);
  await using webhook = await startWebhook((request, signal) => judgeRequest(deps, request, signal));
  const ask = async ({ kind, specOf }: Write, index: number): Promise<number> => {
    const review = reviewOf(live(kind, `n${index}`, specOf(index)), { kind, name: `n${index}` });
    const body = JSON.stringify(review);
    const start = performance.now();
    const { response } = await webhook.ask(body);
    const took = performance.now() - start;
    if (response.allowed !== true) throw new Error(`what is measured should be allowed: ${JSON.stringify(response)}`);
    return took;
  };
  const rows: string[][] = [];
  let areKept = true;
  for (const write of writes) {
    const { what, rounds, atOnce = 1, promisedMs } = write;
    // The first ones meet schemas that are not compiled yet.
    for (let index = 0; index < 20; index += 1) await ask(write, -1 - index);
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const together = Array.from({ length: atOnce }, (_, index) => ask(write, round * atOnce + index));
      times.push(...(await Promise.all(together)));
    }
    times.sort((left, right) => left - right);
    const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
    const verdict = verdictOn(at(0.99), promisedMs);
    areKept &&= verdict.isKept;
    rows.push([what, shown(at(0.5)), shown(at(0.99)), ...verdict.cells]);
  }
  process.stdout.write(`${table(['A VERDICT ON', 'P50', 'P99', 'PROMISED P99', 'MET'], rows)}\n\n`);
  process.stdout.write(
    `${cpus().length} CPUs (${cpus()[0]?.model ?? ''}), node ${process.version}, load ${loadavg()[0]?.toFixed(1) ?? ''}\n`,
  );
  return areKept;
}

/** Where nothing is promised, nothing is broken. */
function verdictOn(p99: number, promisedMs: number | undefined): { isKept: boolean; cells: string[] } {
  if (promisedMs === undefined) return { isKept: true, cells: ['', ''] };
  const isKept = p99 < promisedMs;
  return { isKept, cells: [`under ${promisedMs} ms`, isKept ? 'yes' : 'no'] };
}

function shown(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

/** What the runner's caches hold of so many tenants; the API server has no namespace for a new one. */
function fleetOf(tenants: number): JudgeDeps {
  const specs = Array.from({ length: tenants }, (_, index) => [
    `t${index}`,
    { organization: `o${index % organizations}`, access: { ingress: { host: `t${index}.example.com` } } },
  ]);
  const { inputs } = liveInputs({
    GatewayProfile: { default: {} },
    PolicyBundle: { base: { rules: { tools: { allow: ['read', 'web_*'], deny: ['exec'] } } } },
    TenantGateway: Object.fromEntries(specs) as Record<string, object>,
  });
  const { reads } = readsOf(inputs, { monotonic: () => performance.now() });
  const rego = opaVerdicts({ assets, progress: () => undefined });
  return { inputs, assets, reads, rego, brokenMs: () => 0 };
}
