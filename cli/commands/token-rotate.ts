/** `cellwright token rotate`: a new gateway token for one tenant, and the old one removed. */
import { cellNamespace } from '../../constructs/cell/labels.ts';
import { packageVersion } from '../../files/assets/package-root.ts';
import { KubeClient } from '../../runner/kube/client.ts';
import { systemClock, withDeadline } from '../../runner/kube/clock.ts';
import { loadCluster } from '../../runner/kube/cluster.ts';
import { createTransport } from '../../runner/kube/transport.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { explainFailure } from '../failure.ts';
import { structured } from '../output/structured.ts';
import type { OutputFormat } from '../output/structured.ts';
import { line, terminal } from '../terminal.ts';
import { deleteSecrets, keptError, tokenSecretsOf } from '../token/old-secrets.ts';
import { askForToken, readTenant, TokenRotationError, untilRotated } from '../token/rotation.ts';
import type { RotationDeps } from '../token/rotation.ts';
import { untilSignal } from '../until-signal.ts';

/** Flags of `cellwright token rotate`. */
export interface TokenRotateOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  /** In milliseconds. */
  readonly timeout: number;
  readonly output: OutputFormat;
}

/** What is printed; never a token. */
interface Rotated {
  readonly tenant: string;
  readonly namespace: string;
  /** Secret with the new token. */
  readonly secret: string;
  /** Old Secrets that are gone. */
  readonly removed: readonly string[];
  /** Old Secrets that this person may not remove. */
  readonly kept: readonly string[];
}

/** Names the cluster, rotates, and prints where the new token lies. */
export async function tokenRotate(name: string, options: TokenRotateOptions): Promise<ExitCode> {
  const cluster = loadCluster({ kubeconfig: options.kubeconfig, context: options.context });
  line(terminal.err, `cluster: ${cluster.description}`);
  const userAgent = `cellwright/${packageVersion()}`;
  const transport = createTransport(cluster, { userAgent, clock: systemClock });
  const onWarning = (request: string, warning: string): void => line(terminal.err, `${request}: ${warning}`);
  const client = new KubeClient(transport.send, onWarning, 'cellwright-cli');
  const deps: RotationDeps = { client, clock: systemClock, tell: (text) => line(terminal.err, `${name}: ${text}`) };
  try {
    return await rotateAndRemove(deps, name, options);
  } catch (error) {
    if (!isCallersMistake(error)) throw error;
    line(terminal.err, explainFailure(error));
    return exitCode.usage;
  } finally {
    await transport.close();
  }
}

async function rotateAndRemove(deps: RotationDeps, name: string, options: TokenRotateOptions): Promise<ExitCode> {
  const signal = untilSignal();
  const tenant = await readTenant(deps, name, signal);
  // Looked for before anything is asked: what is made later is not ours to remove.
  const known = await tokenSecretsOf(deps.client, name, signal);
  const previous = tenant.status?.tokenSecretName;
  const secret = await rotate(deps, { name, timeoutMs: options.timeout }, signal);
  const old = (known ?? []).filter((one) => one.name !== secret);
  const names = known === undefined ? [previous].flatMap((one) => one ?? []) : old.map((one) => one.name);
  const failure = await removalFailure(deps, { tenant: name, old, isHidden: known === undefined, names }, signal);
  const [removed, kept] = failure === undefined ? [names, []] : [[], names];
  print({ tenant: name, namespace: cellNamespace(name), secret, removed, kept }, options.output);
  if (failure === undefined) return exitCode.fine;
  line(terminal.err, explainFailure(failure));
  return exitCode.failed;
}

/** @returns name of the new Secret */
async function rotate(
  deps: RotationDeps,
  { name, timeoutMs }: { readonly name: string; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<string> {
  const unfinished = (why: string): TokenRotationError =>
    new TokenRotationError(
      'token.unfinished',
      `${why} before the pods of ${name} had the new token. The runner goes on by itself: see "kubectl get tg ${name}", and ` +
        'call this command again when the tenant is ready: it removes what is left behind',
    );
  const error = unfinished(`${timeoutMs / 1000} s were over`);
  return withDeadline({ clock: deps.clock, ms: timeoutMs, error }, signal, async (linked) => {
    const request = await askForToken(deps, await readTenant(deps, name, linked), linked);
    const { status } = await untilRotated(deps, { name, request }, linked);
    return status?.tokenSecretName ?? '';
  }).catch((cause: unknown) => {
    throw signal.aborted ? unfinished('The command was stopped') : cause;
  });
}

interface Removal {
  readonly tenant: string;
  readonly old: Parameters<typeof deleteSecrets>[1]['old'];
  readonly names: readonly string[];
  /** This person may not even list Secrets. */
  readonly isHidden: boolean;
}

async function removalFailure(
  { client }: RotationDeps,
  { tenant, old, names, isHidden }: Removal,
  signal: AbortSignal,
): Promise<Error | undefined> {
  if (isHidden) return names.length === 0 ? undefined : keptError(tenant, names);
  try {
    await deleteSecrets(client, { tenant, old }, signal);
    return undefined;
  } catch (error) {
    if (error instanceof TokenRotationError) return error;
    throw error;
  }
}

function print(rotated: Rotated, output: OutputFormat): void {
  if (output !== 'table') {
    terminal.out.write(structured(output, rotated));
    return;
  }
  const { tenant, namespace, secret, removed } = rotated;
  line(terminal.out, `${tenant}: the new token lies in Secret ${namespace}/${secret}, key token`);
  for (const name of removed) line(terminal.out, `${tenant}: removed Secret ${namespace}/${name}`);
}

function isCallersMistake(error: unknown): boolean {
  return (
    error instanceof TokenRotationError &&
    ['token.unknown-tenant', 'token.not-made-here', 'token.held'].includes(error.code)
  );
}
