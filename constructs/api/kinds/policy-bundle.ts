/** PolicyBundle: rules of one level above the tenants. */
import { integer, listOf, object, oneOf, string } from '../schema/structural.ts';
import { shortName } from '../schema/terms.ts';
import { patterns } from '../schema/patterns.ts';
import type { KindDefinition } from './kind.ts';
import { policyRules } from './policy-rules.ts';
import { conditions, newObjectStatus, observedGeneration } from './status.ts';

/** The kind. */
export const policyBundle: KindDefinition = {
  kind: 'PolicyBundle',
  plural: 'policybundles',
  singular: 'policybundle',
  shortNames: ['pb'],
  description: 'Policy of the enterprise, an organization or a team. A lower level can narrow it, never widen it.',
  spec: object(
    'Rules and where they hold.',
    {
      scope: object(
        'Where the rules hold: everywhere (empty), in one organization, or in one team of it.',
        {
          organization: shortName('Organization.'),
          team: shortName('Team of that organization.'),
        },
        {
          default: {},
          rules: [
            {
              rule: '!has(self.team) || has(self.organization)',
              message: 'a team belongs to an organization: set scope.organization',
            },
          ],
        },
      ),
      rules: policyRules('Structured rules.'),
      rego: string(
        'Free Rego (v1) that may add to the sets `deny` and `require_approval`, without a package line: Cellwright gives each bundle its own.',
        { maxLength: 262144 },
      ),
      enforcement: oneOf(
        'Enforce, or Audit: the rules decide nothing and are logged as what they would have decided.',
        ['Enforce', 'Audit'],
        'Enforce',
      ),
      grants: listOf(
        'Exceptions to a deny of this bundle, for one tenant, until a date.',
        object(
          'One exception.',
          {
            tenant: shortName('Tenant that is excepted.'),
            tool: string('Tool, as written in the deny rule or narrower.', {
              pattern: 'glob',
              minLength: 1,
              maxLength: 256,
            }),
            until: string('When the exception ends (RFC 3339).', {
              pattern: 'dateTime',
              maxLength: 40,
            }),
            reason: string('Why, for the audit.', { minLength: 1, maxLength: 512 }),
          },
          { required: ['tenant', 'tool', 'until', 'reason'] },
        ),
        { maxItems: 256 },
      ),
    },
    { default: {} },
  ),
  status: object(
    'What is, as the runner saw it.',
    {
      observedGeneration,
      conditions: conditions('Ready: the rules are well-formed and in force.'),
      tenants: integer('Tenants that the bundle applies to.', { minimum: 0, maximum: 1000000 }),
    },
    { default: newObjectStatus },
  ),
  columns: [
    { name: 'Organization', type: 'string', jsonPath: '.spec.scope.organization', description: 'Organization.' },
    { name: 'Team', type: 'string', jsonPath: '.spec.scope.team', description: 'Team.' },
    { name: 'Enforcement', type: 'string', jsonPath: '.spec.enforcement', description: 'Enforce or Audit.' },
    { name: 'Tenants', type: 'integer', jsonPath: '.status.tenants', description: 'Tenants it applies to.' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'Time since creation.' },
  ],
  namePattern: patterns.labelName.source,
  nameMaxLength: 63,
};
