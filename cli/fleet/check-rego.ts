/** Free Rego of a fleet's bundles, judged by the real opa. */
import { validateObject } from '../../constructs/api/validate/validate-object.ts';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { LocatedProblem } from '../../files/problem.ts';
import type { FleetObject } from '../../files/read/fleet-object.ts';
import { findOpa } from '../../opa/find-opa.ts';
import { userCache } from '../../opa/user-cache.ts';
import { VerdictCache } from '../../opa/verdict-cache.ts';
import { judgeBundleRego } from '../../runner/rego/bundle-rego.ts';

/**
 * Problems of every bundle with Rego. opa is looked for only when there is one.
 * @throws OpaError when opa is missing or cannot run
 */
export async function regoProblems(
  bundles: readonly FleetObject[],
  assets: SynthAssets,
  progress: (line: string) => void,
): Promise<LocatedProblem[]> {
  const withRego = bundles.flatMap((object) => {
    const rego = (object.value['spec'] as { readonly rego?: unknown } | undefined)?.rego;
    // What the schema refuses is told already, its size among it: opa need not see it.
    return typeof rego === 'string' && validateObject(object.value).length === 0 ? [{ object, rego }] : [];
  });
  if (withRego.length === 0) {
    return [];
  }
  const opa = await findOpa({ environment: process.env, progress });
  const cache = VerdictCache.of(userCache(process.env), opa);
  const problems: LocatedProblem[] = [];
  for (const { object, rego } of withRego) {
    // One by one: a bundle's mistake must not hide another's, and all at once would need memory for all.
    const found = await judgeBundleRego({ name: object.name, rego, opa, capabilities: assets.capabilities, cache });
    problems.push(...found.problems.map((problem) => object.locate(problem)));
  }
  return problems;
}
