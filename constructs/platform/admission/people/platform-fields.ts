/** Platform fields of a TenantGateway: set by those who may use its profile, or assign the tenant. */
import { apiGroup, apiVersion } from '../../../api/kinds/kind.ts';
import { gatewayProfile } from '../../../api/kinds/gateway-profile.ts';
import { tenantGateway } from '../../../api/kinds/tenant-gateway.ts';
import { defaultOf, platformAnnotations, platformFields } from '../../../rules/platform-fields.ts';
import type { PlatformField } from '../../../rules/platform-fields.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy } from '../admission-policy.ts';
import { celText } from '../cel.ts';
import { isRunner, notController } from './writers.ts';

/** A verb of ours: RBAC knows every verb by its name. */
export const useVerb = 'use';
/** As {@link useVerb}, on a tenant. */
export const assignVerb = 'assign';

const stepsTo = (path: string): string => ['spec', ...path.split('.')].map((step) => `.?${step}`).join('');

function changed(field: PlatformField): string {
  const steps = stepsTo(field.path);
  const around = field.givenUpWith === undefined ? '' : `object${stepsTo(field.givenUpWith)}.hasValue() && `;
  const preset = defaultOf(field);
  const made =
    preset === undefined
      ? `object${steps}.hasValue()`
      : `object${steps}.orValue(${celText(preset)}) != ${celText(preset)}`;
  return `(oldObject == null ? ${made} : ${around}object${steps} != oldObject${steps}) ? [${celText(`spec.${field.path}`)}] : []`;
}

const annotationOf = (object: string, key: string): string =>
  `(${object} == null ? "" : ${object}.metadata.?annotations[?${celText(key)}].orValue(""))`;

/** All of them: a rollout chooses by labels who goes first (`spec.rollout.canary` of the profile), whichever the platform took. */
const labelsOf = (object: string): string => `(${object} == null ? {} : ${object}.metadata.?labels.orValue({}))`;

/**
 * Lists in metadata that decide when a tenant goes: the garbage collector deletes what names an owner that is not there, and a
 * finalizer of anybody's holds up a deletion for ever.
 */
const lifetimes = ['finalizers', 'ownerReferences'];

const listOf = (member: string, object: string): string =>
  `(${object} == null ? [] : ${object}.metadata.?${member}.orValue([]))`;

function changedMetadata(settings: PlatformSettings): string {
  const annotations = platformAnnotations.map(
    ({ key }) =>
      `(${annotationOf('object', key)} != ${annotationOf('oldObject', key)} ? [${celText(`annotation ${key}`)}] : [])`,
  );
  const labels = `(${labelsOf('object')} != ${labelsOf('oldObject')} ? ["metadata.labels"] : [])`;
  // That collector takes out what it is done with.
  const ends = lifetimes.map(
    (member) =>
      `(${notController(settings).expression} && ${listOf(member, 'object')} != ${listOf(member, 'oldObject')} ? [${celText(`metadata.${member}`)}] : [])`,
  );
  return [...annotations, labels, ...ends].join(' + ');
}

const check = (plural: string, name: string, verb: string): string =>
  `authorizer.group(${celText(apiGroup)}).resource(${celText(plural)}).name(${name}).check(${celText(verb)}).allowed()`;

/**
 * What was before is compared as the API server holds it, defaults filled in. A change of the profile needs the right on both:
 * it takes the tenant out of one and into the other. The runner sets finalizers and keeps what it was
 * told in annotations; its account has neither verb.
 */
export function platformFieldsPolicy(settings: PlatformSettings): AdmissionPolicy {
  return {
    name: 'platform-fields',
    requests: [
      {
        apiGroups: [apiGroup],
        apiVersions: [apiVersion],
        operations: ['CREATE', 'UPDATE'],
        resources: [tenantGateway.plural],
      },
    ],
    conditions: [],
    variables: [
      { name: 'profile', expression: 'object.?spec.?profile.orValue("default")' },
      {
        name: 'before',
        expression: 'oldObject == null ? variables.profile : oldObject.?spec.?profile.orValue("default")',
      },
      { name: 'spec', expression: platformFields.map((field) => `(${changed(field)})`).join(' + ') },
      { name: 'metadata', expression: `${isRunner(settings)} ? [] : (${changedMetadata(settings)})` },
      { name: 'changed', expression: 'variables.spec + variables.metadata' },
      // One question each: three of them in one expression cost more than the API server allows (350,000 each, of a million).
      { name: 'mayUse', expression: check(gatewayProfile.plural, 'variables.profile', useVerb) },
      {
        name: 'mayLeave',
        expression: `variables.before == variables.profile || ${check(gatewayProfile.plural, 'variables.before', useVerb)}`,
      },
      { name: 'mayAssign', expression: check(tenantGateway.plural, 'object.metadata.name', assignVerb) },
      { name: 'may', expression: '(variables.mayUse && variables.mayLeave) || variables.mayAssign' },
    ],
    validations: [
      {
        expression: 'size(variables.changed) == 0 || variables.may',
        message: `a field for the platform to set was changed: that takes verb ${useVerb} on the GatewayProfile, or ${assignVerb} on the TenantGateway`,
        messageExpression: `variables.changed.join(", ") + ": for the platform to set; " + request.userInfo.username + " has neither verb ${useVerb} on GatewayProfile " + variables.profile + " nor ${assignVerb} on TenantGateway " + object.metadata.name`,
      },
    ],
  };
}
