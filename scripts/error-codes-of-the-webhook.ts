/** Codes of the validating webhook; see error-codes.ts. */
import type { CodeFamily } from './error-codes.ts';

/** What the API server and whoever writes through it are told. */
export const webhookCodes: readonly CodeFamily[] = [
  {
    family: 'admission',
    about: 'Reviews that the API server asks the runner for.',
    codes: {
      'too-deep': ['Lists and objects lie in each other too deep.', 'Write a flatter configuration.'],
      'too-many-values': ['The object has far more values than any real one.', 'Write a smaller object.'],
      refused: [
        'A request to the webhook is no review, is too long, finds no room, or cannot be judged by what is known now.',
        'Nothing; the object is judged by the runner before it is used.',
      ],
      'registration-late': [
        'The CA of a new certificate of the webhook could not be written for days.',
        'See the log for why: access to the ValidatingWebhookConfiguration, or the API server. Another certificate is made.',
      ],
      timeout: ['There was no verdict in time.', 'Nothing; the object is judged by the runner before it is used.'],
    },
  },
];
