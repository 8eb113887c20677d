/** Policy rules: the same shape on every level (enterprise, organization, team, tenant). */
import { listOf, object, string } from '../schema/structural.ts';
import type { StructuralSchema } from '../schema/structural.ts';
import { cidr } from '../schema/terms.ts';

/** Families whose entries are globs; the order is the order of the reference. */
export const globFamilies = {
  tools: 'Tools by name, for example `read`, `web_fetch` or `message`.',
  models: 'Models as `provider/model`, for example `anthropic/*`.',
  channels: 'Channels by id, for example `telegram`.',
  senders: 'People who write, as `channel:id`, for example `telegram:1002`.',
  targets: 'Where messages go, as `channel:id`.',
  agents: 'Other agents that may be addressed, by id.',
} as const;

const globs = (description: string): StructuralSchema =>
  listOf(
    description,
    string('A name, or a pattern in which `*` stands for any text.', {
      pattern: 'glob',
      minLength: 1,
      maxLength: 256,
    }),
    { maxItems: 2000, set: true },
  );

function globFamily(description: string): StructuralSchema {
  return object(description, {
    allow: globs(
      'What this level allows; present, everything else is denied. A call needs the allow of every level that has this list.',
    ),
    deny: globs('What this level denies, whatever others allow.'),
    requireApproval: globs('What a person must approve each time.'),
  });
}

const egress = object('Addresses that cells reach; pods of the cluster are the profile’s matter.', {
  allow: listOf(
    'Blocks in which every destination must lie: spec.egress is refused outside of them, public HTTPS is cut down to them.',
    cidr('Block of addresses.'),
    { maxItems: 64 },
  ),
  deny: listOf(
    'Blocks that nothing reaches: spec.egress is refused when it touches them, public HTTPS excludes them.',
    cidr('Block of addresses.'),
    { maxItems: 64 },
  ),
});

/** The rules of one level. */
export function policyRules(description: string): StructuralSchema {
  const families = Object.entries(globFamilies).map(([name, meaning]) => [name, globFamily(meaning)] as const);
  return object(description, { ...Object.fromEntries(families), egress });
}
