/**
 * Policies that judge by the profile of a tenant. Their rules are asked once for each profile that there is (`params`); all but the
 * one that the namespace names must answer yes. So a namespace whose profile is gone is not held by such a policy.
 */
import { apiGroup, apiVersion } from '../../api/kinds/kind.ts';
import { gatewayProfile } from '../../api/kinds/gateway-profile.ts';
import { profileLabel } from '../../cell/labels.ts';
import type { AdmissionPolicy, NamedExpression } from './admission-policy.ts';
import { celText } from './cel.ts';

/** Every profile. */
export const profileParams: NonNullable<AdmissionPolicy['params']> = {
  apiVersion: `${apiGroup}/${apiVersion}`,
  kind: gatewayProfile.kind,
};

/** `variables.profile`: name of the namespace's own; empty when it names none. */
export const profileOfNamespace: NamedExpression = {
  name: 'profile',
  expression: `namespaceObject.metadata.?labels[?${celText(profileLabel)}].orValue("")`,
};
