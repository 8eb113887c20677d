/** What the decision log of a cell shows. */
import { boolean, listOf, object, string } from '../schema/structural.ts';
import type { StructuralSchema } from '../schema/structural.ts';

/** Keys of parameters whose values the log does not show: what is secret by its name, and what people wrote. */
export const maskedKeys: readonly string[] = [
  'api_key',
  'apikey',
  'authorization',
  'body',
  'content',
  'cookie',
  'credentials',
  'message',
  'passphrase',
  'passwd',
  'password',
  'private_key',
  'secret',
  'text',
  'token',
];

/** Settings of the decision log; it goes to the standard output of the OPA container as JSON. */
export const decisionLog: StructuralSchema = object(
  'What the decision log shows. Texts above 256 characters are cut in any case.',
  {
    maskKeys: listOf(
      'Last words of the keys of parameters whose values are masked at any depth: `api_key` masks apiKey, api-key and GITHUB_API_KEY.',
      string('Words in lower case, joined by `_`.', { pattern: 'maskKey', minLength: 1, maxLength: 63 }),
      { maxItems: 128, set: true, default: maskedKeys },
    ),
    hashSenders: boolean(
      'Show people under a keyed hash that stays the same as long as the tenant’s volume, instead of their id. Replay then cannot judge rules on senders.',
      false,
    ),
  },
  { default: {} },
);
