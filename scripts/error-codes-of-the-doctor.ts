/** Codes of an audit that could not be made; see error-codes.ts. */
import type { CodeFamily } from './error-codes.ts';

/** One family. */
export const doctorCodes: readonly CodeFamily[] = [
  {
    family: 'doctor',
    about: 'An audit that could not be made. What an audit finds is in [doctor](doctor.md).',
    codes: {
      'unknown-tenant': ['The cluster has no tenant of that name.', 'See `cellwright status`.'],
      order: [
        'The API server did not list objects in the order of their keys, so that nothing can be said of what is missing.',
        'Ask the API server itself, not a proxy that gathers from several.',
      ],
    },
  },
];
