/** What a runner writes into a webhook: the certificates of CAs, here of nobody. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';

const dayMs = 86_400_000;

/** A certificate in PEM, valid between two days from `now`. */
export async function certificate(fromDays: number, toDays: number, now = Date.now()): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=ca',
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(now + fromDays * dayMs),
    notAfter: new Date(now + toDays * dayMs),
  });
  return `${made.toString('pem')}\n`;
}

/** A caBundle as a webhook holds it. */
export async function bundleOf(fromDays: number, toDays: number): Promise<string> {
  return Buffer.from(await certificate(fromDays, toDays)).toString('base64');
}

export const expiredBundle = await bundleOf(-9, -1);
export const expiringBundle = await bundleOf(-9, 0.5);
