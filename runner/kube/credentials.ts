/** Headers and TLS material for a cluster, from the kubeconfig's own machinery: files, tokens, certificates, exec plug-ins. */
import type { RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import type { Clock } from './clock.ts';
import type { Cluster } from './cluster.ts';

/** What a connection and a request need. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}

/** TLS options that a kubeconfig can set. */
export type TlsMaterial = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'rejectUnauthorized'
>;

/**
 * How long an answer is used again, in milliseconds. Token files are rotated (in a pod, hourly, with the old token good
 * for a while longer), exec plug-ins have their own expiry inside: a few seconds only spare reading files at every request.
 */
const freshMs = 10_000;

/** Gives current credentials; asks the kubeconfig again after a few seconds. */
export function credentialSource(cluster: Cluster, clock: Clock): () => Promise<Credentials> {
  let last: { readonly until: number; readonly credentials: Promise<Credentials> } | undefined;
  return async () => {
    if (last === undefined || clock.monotonic() >= last.until) {
      last = { until: clock.monotonic() + freshMs, credentials: read(cluster) };
      last.credentials.catch(() => {
        // The caller sees the failure; the next request asks again instead of repeating it.
        last = undefined;
      });
    }
    return last.credentials;
  };
}

async function read({ config }: Cluster): Promise<Credentials> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = String(value).trim();
  }
  if (typeof options.auth === 'string') {
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  return { headers, tls: tlsOf(options) };
}

const tlsFields = ['ca', 'cert', 'key', 'passphrase', 'servername', 'rejectUnauthorized'] as const;

function tlsOf(options: RequestOptions): TlsMaterial {
  return Object.fromEntries(
    tlsFields.filter((field) => options[field] !== undefined).map((field) => [field, options[field]]),
  );
}
