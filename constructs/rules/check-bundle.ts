/** Rules on a bundle that a schema cannot say. Its Rego is judged by `opa check` besides. */
import type { Problem } from '../api/problem.ts';
import type { PolicyBundleSpec } from '../api/types.gen.ts';
import { declaresPackage } from '../policy/free-rego.ts';
import type { Named } from '../synth/tenant-input.ts';
import { mappedProblems } from './mapped-addresses.ts';

/** Every problem of a bundle; it must have passed `validateObject`. */
export function checkBundle({ spec }: Named<PolicyBundleSpec>): Problem[] {
  const { egress } = spec.rules ?? {};
  return [
    ...packageProblems(spec),
    ...mappedProblems({ 'spec.rules.egress.allow': egress?.allow, 'spec.rules.egress.deny': egress?.deny }),
  ];
}

function packageProblems({ rego }: PolicyBundleSpec): Problem[] {
  return rego === undefined || !declaresPackage(rego)
    ? []
    : [
        {
          code: 'bundle.rego-package',
          path: 'spec.rego',
          message: 'the Rego has a package line, but each bundle is put into a package of its own',
          fix: 'remove the package line',
        },
      ];
}
