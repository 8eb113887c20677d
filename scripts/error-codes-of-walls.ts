/** Codes of what is refused so that the walls around tenants stand. */
import type { CodeFamily } from './error-codes.ts';

/** Their families. */
export const wallCodes: readonly CodeFamily[] = [
  {
    family: 'egress',
    about: 'Destinations that a tenant opens towards the network.',
    codes: {
      ceiling: [
        'The block lies outside of `spec.network.egressCeiling` of the profile.',
        'Stay inside, or have the ceiling widened.',
      ],
      'not-public': [
        'The block reaches private, link-local or other closed addresses.',
        'Write public addresses, or have the ceiling name the range.',
      ],
      namespace: [
        'Pods of that namespace may not be reached.',
        'Have `spec.network.egressNamespaces` of the profile extended.',
      ],
      mapped: ['An IPv6 block that stands for IPv4 addresses.', 'Write the IPv4 block.'],
    },
  },
  {
    family: 'isolation',
    about: 'Openings in the walls between tenants, and between tenants and the cluster.',
    codes: {
      'tenant-peer': [
        'A peer is in the namespace of a tenant (`tenant-…`).',
        'Put what tenants share into a namespace of the platform.',
      ],
      'wide-block': [
        'A block of the profile opens closed addresses only because it is wide.',
        'Write the parts that are meant, one by one.',
      ],
      'control-plane': [
        'The tenant asks for nodes that run the cluster itself.',
        'Name a node pool for tenants, or have the profile ask for it.',
      ],
      'guard-name': [
        'A plugin would have the id of the guard, in whose place it could be loaded.',
        'Give the package another name.',
      ],
      'system-priority': [
        'The tenant asks for a priority of the cluster’s own pods.',
        'Name a PriorityClass that was made for tenants.',
      ],
    },
  },
];
