/**
 * The certificate that one replica answers with, and the CA that vouches for it. Both keys are made here and stay in memory;
 * that of the CA is forgotten as soon as it has signed.
 */
import 'reflect-metadata';
import { randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** See above; everything PEM. */
export interface ServingCertificate {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** When another one should take its place: after half of its life. In milliseconds since the epoch. */
  readonly renewAt: number;
  /** When nobody takes it any more, nor its CA. In milliseconds since the epoch. */
  readonly notAfter: number;
}

/** What a certificate is for. */
export interface CertificateWish {
  /** DNS names and IP addresses under which the server is asked. */
  readonly names: readonly string[];
  /** In milliseconds since the epoch. */
  readonly now: number;
  /** How long it is valid, in milliseconds. */
  readonly lifeMs: number;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const serverAuth = '1.3.6.1.5.5.7.3.1';
/** Clocks of API servers may be this far behind ours, in milliseconds. */
export const clockSkewMs = 3_600_000;

/** Makes a CA and the one certificate that it signs. */
export async function makeServingCertificate({ names, now, lifeMs }: CertificateWish): Promise<ServingCertificate> {
  const issuer = await newKeys();
  const own = await newKeys();
  const validity = { notBefore: new Date(now - clockSkewMs), notAfter: new Date(now + lifeMs) };
  const ca = await X509CertificateGenerator.createSelfSigned({
    // Each CA has a name of its own: a client must not try the key of one for another.
    name: `CN=cellwright-admission-${randomBytes(8).toString('hex')}`,
    keys: issuer,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=cellwright-admission',
    issuer: ca.subject,
    publicKey: own.publicKey,
    signingKey: issuer.privateKey,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([serverAuth]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }))),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await SubjectKeyIdentifierExtension.create(own.publicKey),
    ],
  });
  return {
    // In the form in which bundles are compared.
    ca: new X509Certificate(ca.toString('pem')).toString(),
    certificate: certificate.toString('pem'),
    key: await privateKeyPem(own.privateKey),
    renewAt: now + lifeMs / 2,
    // Certificates count in seconds.
    notAfter: Math.floor((now + lifeMs) / 1000) * 1000,
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const text = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${text.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`;
}
