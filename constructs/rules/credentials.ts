/** Environment variables that would be set twice. */
import type { Problem } from '../api/problem.ts';
import { credentialVariable } from '../cell/config/credential-env.ts';
import { resolveSettings } from '../cell/settings/cell-settings.ts';
import type { TenantInput } from '../synth/tenant-input.ts';

/** Credentials whose variable another credential or a literal sets already. */
export function credentialProblems({ tenant, profile }: TenantInput): Problem[] {
  const { credentials, env } = resolveSettings(tenant, profile);
  const setBy = new Map(Object.keys(env).map((name) => [name, `env (${name})`]));
  const own = tenant.spec.credentials ?? [];
  return credentials.flatMap((credential) => {
    const variable = credentialVariable(credential);
    const before = setBy.get(variable);
    setBy.set(variable, `credential ${credential.name}`);
    return before === undefined
      ? []
      : [
          {
            code: 'credentials.variable-twice',
            path: own.includes(credential) ? `spec.credentials[${own.indexOf(credential)}]` : 'spec.profile',
            message: `credential ${credential.name} sets ${variable}, which ${before} sets already`,
            fix: 'remove one of the two',
          },
        ];
  });
}
