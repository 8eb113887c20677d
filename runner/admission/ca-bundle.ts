/**
 * `caBundle` of a webhook as the shared list of the CAs of all replicas: each adds and removes its own, and none knows the others.
 * What a replica that was killed left there goes when it is expired by every clock. A CA of our own that is expired is not added:
 * others would take it out again, and so on for ever.
 */
import { X509Certificate } from 'node:crypto';
import { clockSkewMs } from './serving-certificate.ts';

/** CAs of one replica. */
export interface OwnCertificates {
  /** PEM, in the form of `X509Certificate.toString()`. */
  readonly wanted: readonly string[];
  /** Those that it does not answer with any more. */
  readonly retired: ReadonlySet<string>;
}

/** CAs that a bundle may have; who comes above that takes the place of the one that was added first. */
export const mostCertificates = 64;

/**
 * Longest time in milliseconds that a CA of ours may still be valid. One that lives longer was not made by a replica, and would
 * be trusted for as long as nobody looks.
 */
const longestLifeMs = 30 * 86_400_000;

const pemBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** What of a bundle can be read, in its order. */
export function certificatesOf(bundle: string | undefined): X509Certificate[] {
  const text = Buffer.from(bundle ?? '', 'base64').toString('latin1');
  return [...text.matchAll(pemBlock)].flatMap(([pem]) => {
    try {
      return [new X509Certificate(pem)];
    } catch {
      // Not a certificate: nobody can be trusted by it, and it is left out of what is written next.
      return [];
    }
  });
}

/** Whether the bundle has this CA. */
export function hasCertificate(bundle: string | undefined, pem: string): boolean {
  return certificatesOf(bundle).some((certificate) => certificate.toString() === pem);
}

/**
 * The bundle as it should be: what is there and still good, without what we retired, and with what we want and is valid at its end.
 * @param bundle base64, as in the webhook
 * @param now in milliseconds since the epoch
 */
export function mergedBundle(bundle: string | undefined, { wanted, retired }: OwnCertificates, now: number): string {
  const valid = wanted.filter((pem) => isGood(new X509Certificate(pem), { now, graceMs: 0 }));
  const own = new Set(valid);
  const kept = certificatesOf(bundle)
    // Its own replica may want it for as long as that one's clock is behind ours.
    .filter((certificate) => isGood(certificate, { now, graceMs: clockSkewMs }))
    .map((certificate) => certificate.toString())
    .filter((pem) => !retired.has(pem));
  const all = [...new Set([...kept, ...valid])];
  const others = all.filter((pem) => !own.has(pem));
  const dropped = new Set(others.slice(0, Math.max(0, all.length - mostCertificates)));
  return Buffer.from(all.filter((pem) => !dropped.has(pem)).join('')).toString('base64');
}

function isGood(
  { ca, validTo }: X509Certificate,
  { now, graceMs }: { readonly now: number; readonly graceMs: number },
): boolean {
  const left = Date.parse(validTo) - now;
  return ca && left > -graceMs && left <= longestLifeMs;
}
