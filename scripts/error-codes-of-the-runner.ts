/** What the runner says of itself. */
import type { CodeFamily } from './error-codes.ts';

export const runnerCodes: readonly CodeFamily[] = [
  {
    family: 'runner',
    about: 'The runner as a program.',
    codes: {
      'health-address': ['The health address cannot be used.', 'Give `host:port`.'],
      'admission-address': ['The admission address cannot be used.', 'Give `host:port`.'],
      'leadership-lost': [
        'The lease was not renewed in time, or another runner has it.',
        'Nothing: this runner stops writing and stands by.',
      ],
      'lease-silent': [
        'The API server did not answer about the lease in time.',
        'Nothing, unless it lasts: then look at the API server.',
      ],
      'not-leader': ['A request was not sent, because another runner leads.', 'Nothing.'],
      'pass-too-long': [
        'A pass over a tenant, profile or bundle did not end in ten minutes, and was given up.',
        'Nothing, unless it lasts: then look at what the log says of the same object.',
      ],
      'rego-pending': [
        'The pass over a tenant is repeated later, because opa is still at work on the Rego of a bundle.',
        'Nothing, unless it lasts: then make the Rego simpler.',
      ],
    },
  },
];
