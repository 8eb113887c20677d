/** Fields that a profile keeps for itself. */
import type { Problem } from '../api/problem.ts';
import { valueAt } from '../api/field-path.ts';
import { quote } from '../api/validate/quote.ts';
import type { TenantInput } from '../synth/tenant-input.ts';

/** Fields of the tenant that its profile has fixed. */
export function fixedFieldProblems({ tenant, profile }: TenantInput): Problem[] {
  return (profile.spec.fixed?.fields ?? []).flatMap((field) => {
    const value = valueAt(tenant.spec, field.split('.'));
    return value === undefined
      ? []
      : [
          {
            code: 'profile.fixed-field',
            path: `spec.${field}`,
            message: `profile ${profile.name} does not let tenants set ${field}, got ${quote(value)}`,
            fix: `remove it, name another profile, or take ${field} out of spec.fixed.fields of the profile`,
          },
        ];
  });
}
