/** Headers and TLS material for a cluster, from the kubeconfig's own machinery: files, tokens, certificates, exec plug-ins. */
import type { RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { orAborted, withDeadline } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Cluster } from './cluster.ts';

/** What a connection and a request need. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
  /** Who gave them. */
  readonly from: KubeConfig;
}

/** TLS options that a kubeconfig can set. */
export type TlsMaterial = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'rejectUnauthorized'
>;

/** A file, plug-in or certificate that the kubeconfig names gave no credentials. */
export class CredentialsError extends Error {
  readonly code = 'kube.credentials';

  constructor(cluster: string, problem: string) {
    super(`The credentials for ${cluster} cannot be had: ${problem}`);
    this.name = 'CredentialsError';
  }
}

/** Current credentials of a cluster; both throw CredentialsError. */
export interface CredentialSource {
  readonly current: () => Promise<Credentials>;
  /** What to try in place of credentials that were refused; undefined when there are no others. */
  readonly inPlaceOf: (refused: Credentials) => Promise<Credentials | undefined>;
}

/**
 * How long an answer is used again, in milliseconds: one second only spares reading certificate files at every request.
 * What is behind it remembers longer: a token file for a minute, what an exec plug-in gave until it expires.
 */
const freshMs = 1000;

/** How long a plug-in may take, in milliseconds; one that asks its provider on the way takes seconds. */
const longestMs = 30_000;

/**
 * Asks the kubeconfig again after a second, and asks it for all anew when the API server refuses what it gave. It is asked once at a
 * time: a plug-in that hangs is not started again for each request.
 */
export function credentialSource(cluster: Cluster, clock: Clock): CredentialSource {
  let { config } = cluster;
  let last: { until: number; readonly credentials: Promise<Credentials> } | undefined;
  const current = async (): Promise<Credentials> => {
    if (last === undefined || clock.monotonic() >= last.until) {
      const asked = { until: Infinity, credentials: readInTime({ config, cluster, clock }) };
      last = asked;
      asked.credentials.then(
        () => {
          asked.until = clock.monotonic() + freshMs;
        },
        () => {
          // The caller sees the failure; the next request asks again instead of repeating it.
          if (last === asked) last = undefined;
        },
      );
    }
    return last.credentials;
  };
  return {
    current,
    inPlaceOf: async (refused) => {
      // Of many requests that are refused together, the first does it for all.
      if (refused.from === config) {
        config = withoutMemory(config);
        last = undefined;
      }
      const next = await current();
      const isOther = !isDeepStrictEqual([next.headers, next.tls], [refused.headers, refused.tls]);
      return isOther ? next : undefined;
    },
  };
}

/** The same kubeconfig; the memory of its plug-ins is that of the instance. */
function withoutMemory(config: KubeConfig): KubeConfig {
  const { clusters, users, contexts, currentContext } = config;
  const anew = new KubeConfig();
  anew.loadFromOptions({ clusters, users, contexts, currentContext });
  return anew;
}

interface Reading {
  readonly config: KubeConfig;
  readonly cluster: Cluster;
  readonly clock: Clock;
}

function readInTime({ config, cluster: { description }, clock }: Reading): Promise<Credentials> {
  const error = new CredentialsError(
    description,
    `no answer within ${longestMs / 1000} s; does the exec plug-in wait for something?`,
  );
  return withDeadline({ clock, ms: longestMs, error }, new AbortController().signal, (signal) =>
    orAborted(read(config, description), signal),
  );
}

async function read(config: KubeConfig, description: string): Promise<Credentials> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new CredentialsError(description, problemOf(error));
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = String(value).trim();
  }
  if (typeof options.auth === 'string') {
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  return { headers, tls: tlsOf(options), from: config };
}

/** No cause is kept, and of an answer that cannot be read nothing is quoted: it may be a token. */
function problemOf(error: unknown): string {
  if (error instanceof SyntaxError || error instanceof TypeError) return 'the exec plug-in printed no ExecCredential';
  return (error instanceof Error ? error.message : String(error)).trim().slice(0, 500);
}

const tlsFields = ['ca', 'cert', 'key', 'passphrase', 'servername', 'rejectUnauthorized'] as const;

function tlsOf(options: RequestOptions): TlsMaterial {
  return Object.fromEntries(
    tlsFields.filter((field) => options[field] !== undefined).map((field) => [field, options[field]]),
  );
}
