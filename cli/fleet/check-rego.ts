/** Free Rego of a fleet's bundles, judged by the real opa. */
import { bundleModule, modulePreambleLines } from '../../constructs/policy/free-rego.ts';
import type { SynthAssets } from '../../constructs/synth/assets.ts';
import type { LocatedProblem } from '../../files/problem.ts';
import type { FleetObject } from '../../files/read/fleet-object.ts';
import { checkModules } from '../../opa/check-modules.ts';
import type { OpaFinding } from '../../opa/check-modules.ts';
import { findOpa } from '../../opa/find-opa.ts';

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
    return typeof rego === 'string' ? [{ object, rego }] : [];
  });
  if (withRego.length === 0) {
    return [];
  }
  const opa = await findOpa({ environment: process.env, progress });
  const problems: LocatedProblem[] = [];
  for (const { object, rego } of withRego) {
    // One by one: a bundle's mistake must not hide another's, and all at once would need memory for all.
    const file = `bundle-${object.name}.rego`;
    const modules = { ...assets.rego, [file]: bundleModule(object.name, rego) };
    const findings = await checkModules({ opa, modules, capabilities: assets.capabilities });
    // A rule of the bundle that asks for the decision is reported once for the bundle, not again for the library.
    problems.push(
      ...findings.filter((finding) => finding.file === file).map((finding) => regoProblem(object, finding)),
    );
  }
  return problems;
}

function regoProblem(object: FleetObject, { row, column, code, message }: OpaFinding): LocatedProblem {
  const inside = Math.max(1, row - modulePreambleLines);
  return object.locate({
    code: 'bundle.rego',
    path: 'spec.rego',
    message: `opa refuses line ${inside}, column ${column} of the Rego: ${message} (${code})`,
    fix: 'correct the rule; `opa check --strict` shows the same',
  });
}
