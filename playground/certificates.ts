/** Keys and certificates of one playground, made anew for each; they never leave its folder. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
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
import type { JsonGeneralNames, X509Certificate } from '@peculiar/x509';

/** A certificate and its private key, PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a playground needs to speak TLS and to sign tokens. */
export interface PlaygroundCertificates {
  readonly ca: string;
  readonly server: KeyPair;
  readonly admin: KeyPair;
  /** RSA pair that signs ServiceAccount tokens. */
  readonly serviceAccount: { readonly publicKey: string; readonly privateKey: string };
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';
const day = 86_400_000;
const loopback: JsonGeneralNames = [
  { type: 'ip', value: '127.0.0.1' },
  { type: 'dns', value: 'localhost' },
  { type: 'dns', value: 'kubernetes.default.svc' },
];

/** Makes a CA, a serving certificate for loopback, and an administrator's client certificate (group `system:masters`). */
export async function makeCertificates(): Promise<PlaygroundCertificates> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const validity = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + 365 * day) };
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=cellwright-playground',
    keys,
    signingAlgorithm: algorithm,
    ...validity,
    // With all that RFC 5280 asks of a CA: strict clients (Python 3.13) refuse less.
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const issue = (subject: string, usage: string, names: JsonGeneralNames): Promise<KeyPair> =>
    issueCertificate({ ca, keys, subject, usage, names, validity });
  return {
    ca: ca.toString('pem'),
    server: await issue('CN=kube-apiserver', serverAuth, loopback),
    admin: await issue('CN=playground-admin,O=system:masters', clientAuth, []),
    serviceAccount: await tokenKeys(),
  };
}

interface Issue {
  readonly ca: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly subject: string;
  readonly usage: string;
  readonly names: JsonGeneralNames;
  readonly validity: { readonly notBefore: Date; readonly notAfter: Date };
}

async function issueCertificate({ ca, keys, subject, usage, names, validity }: Issue): Promise<KeyPair> {
  const own = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: ca.subject,
    publicKey: own.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage]),
      await AuthorityKeyIdentifierExtension.create(keys.publicKey),
      await SubjectKeyIdentifierExtension.create(own.publicKey),
      ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await pem('pkcs8', own.privateKey) };
}

async function tokenKeys(): Promise<PlaygroundCertificates['serviceAccount']> {
  const keys = await webcrypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  );
  return { publicKey: await pem('spki', keys.publicKey), privateKey: await pem('pkcs8', keys.privateKey) };
}

async function pem(format: 'pkcs8' | 'spki', key: webcrypto.CryptoKey): Promise<string> {
  const label = format === 'pkcs8' ? 'PRIVATE KEY' : 'PUBLIC KEY';
  const text = Buffer.from(await webcrypto.subtle.exportKey(format, key)).toString('base64');
  return `-----BEGIN ${label}-----\n${text.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END ${label}-----\n`;
}
