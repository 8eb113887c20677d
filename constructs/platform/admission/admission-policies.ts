/** The walls that stand in the API server. */
import { Construct } from 'constructs';
import type { PlatformSettings } from '../settings.ts';
import { BoundAdmissionPolicy } from './admission-policy.ts';
import type { AdmissionPolicy } from './admission-policy.ts';
import { peoplePolicies } from './people/people.ts';
import { runnerAccountPolicies } from './runner-account/runner-account.ts';

/** Every ValidatingAdmissionPolicy of the platform. */
export class AdmissionPolicies extends Construct {
  constructor(scope: Construct, id: string, settings: PlatformSettings) {
    super(scope, id);
    for (const policy of admissionPolicies(settings)) new BoundAdmissionPolicy(this, policy);
  }
}

/** See above, as data. */
export function admissionPolicies(settings: PlatformSettings): readonly AdmissionPolicy[] {
  return [...peoplePolicies(settings), ...runnerAccountPolicies(settings)];
}
