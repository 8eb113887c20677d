/** The API server can verify the webhook: its caBundle holds a certificate that is valid now. */
import { X509Certificate } from 'node:crypto';
import { refOf } from '../finding.ts';
import type { Check, Found, ObjectRef } from '../finding.ts';
import { webhooksOf } from './installed.ts';
import type { LivePlatform } from './live-platform.ts';

/** The runner renews at half of a certificate's life; what is this near to its end was not renewed, in milliseconds. */
const soonMs = 86_400_000;

/** See above. */
export const webhookCertificates: Check<LivePlatform> = {
  reports: ['webhook.ca-missing', 'webhook.ca-invalid', 'webhook.ca-expired', 'webhook.ca-expires'],
  run: ({ objects, now }) =>
    objects.flatMap(({ live }) =>
      typeof live !== 'string' && live.kind === 'ValidatingWebhookConfiguration'
        ? webhooksOf(live).flatMap(({ name, clientConfig }) => judge(refOf(live), { name, now, ...clientConfig }))
        : [],
    ),
};

interface Bundle {
  readonly name: string;
  readonly now: number;
  readonly caBundle?: string;
}

function judge(object: ObjectRef, { name, now, caBundle = '' }: Bundle): Found[] {
  if (caBundle === '') return [{ id: 'webhook.ca-missing', object, why: `webhook ${name} has no caBundle` }];
  const { certificates, invalid } = certificatesOf(caBundle);
  const found: Found[] =
    invalid === 0
      ? []
      : [
          {
            id: 'webhook.ca-invalid',
            object,
            why: `webhook ${name}: ${invalid} parts of the caBundle are no certificates`,
          },
        ];
  const valid = certificates.filter(
    ({ validFrom, validTo }) => Date.parse(validFrom) <= now && now < Date.parse(validTo),
  );
  const last = Math.max(...valid.map(({ validTo }) => Date.parse(validTo)));
  if (valid.length === 0) {
    found.push({
      id: 'webhook.ca-expired',
      object,
      why: `webhook ${name}: none of ${certificates.length} certificates is valid`,
    });
  } else if (last - now < soonMs) {
    found.push({
      id: 'webhook.ca-expires',
      object,
      why: `webhook ${name}: the last certificate ends ${new Date(last).toISOString()}`,
    });
  }
  return found;
}

/** Certificates of a bundle in base64, and how many of its parts are none. */
function certificatesOf(bundle: string): { readonly certificates: X509Certificate[]; readonly invalid: number } {
  const parts = Buffer.from(bundle, 'base64')
    .toString('latin1')
    .split(/(?<=-----END CERTIFICATE-----)/)
    .filter((part) => part.trim() !== '');
  const certificates: X509Certificate[] = [];
  for (const part of parts) {
    try {
      certificates.push(new X509Certificate(part));
    } catch {
      // Counted by the difference of the two numbers, and told.
    }
  }
  return { certificates, invalid: parts.length - certificates.length };
}
