/** Which objects that were there before us are ours to take. */
import { isDeepStrictEqual } from 'node:util';
import { organizationLabel, tenantLabel } from '../../constructs/cell/labels.ts';
import type { Adoption } from '../engine/adoption.ts';
import type { LiveObject } from '../kube/live-object.ts';

/** Namespaces by their labels, immutable ConfigMaps by their content. */
export const cellAdoption: Adoption = (live, { body }) =>
  body.kind === 'Namespace' ? namespaceProblem(live, body.metadata.labels ?? {}) : contentProblem(live, body);

/** A retained namespace goes back to the same tenant of the same organization, and to no one else. */
export function namespaceProblem(
  { metadata }: LiveObject,
  wanted: Readonly<Record<string, string>>,
): string | undefined {
  const owner = metadata.labels?.[tenantLabel];
  if (owner === undefined) return `it has no label ${tenantLabel}; remove the namespace, or choose another tenant name`;
  if (owner !== wanted[tenantLabel]) return `it belongs to tenant ${JSON.stringify(owner)}; choose another tenant name`;
  return organizationProblem(metadata.labels?.[organizationLabel], wanted[organizationLabel]);
}

/** Why a namespace of one organization is not for a tenant of another; undefined when it is the same. */
export function organizationProblem(holder: string | undefined, wanted: string | undefined): string | undefined {
  if (holder === wanted) return undefined;
  return `it holds the data of organization ${JSON.stringify(holder ?? '')}, and the tenant is of ${JSON.stringify(wanted ?? '')}; set spec.organization back, or choose another tenant name`;
}

const contentFields = ['data', 'binaryData', 'immutable'] as const;

function contentProblem(live: LiveObject, body: Readonly<Record<string, unknown>>): string | undefined {
  const differing = contentFields.filter((field) => !isDeepStrictEqual(live[field], body[field]));
  return differing.length === 0
    ? undefined
    : `its ${differing.join(', ')} differ from ours; delete it, and it is made anew`;
}
