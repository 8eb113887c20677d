/** Keys of `openclaw.json` that no fragment may set. */
import { appendStep, formatPath } from '../api/field-path.ts';
import type { PathStep } from '../api/field-path.ts';
import type { Problem } from '../api/problem.ts';
import { ownedConfigPaths, platformConfigPaths } from '../cell/config/owned-paths.ts';

/** Where the thing is set that someone looked for in the configuration. */
const insteadOf: Readonly<Record<string, string>> = {
  'gateway.auth': 'spec.access.tokenSecretRef or spec.access.trustedProxy',
  'gateway.controlUi': 'spec.access.controlUi',
  'gateway.trustedProxies': 'spec.access.trustedProxy.proxies',
  'mcp.servers': 'spec.openclaw.mcpServers, which is for the platform to set',
  'plugins.allow': 'spec.openclaw.plugins',
  'tools.agentToAgent': 'the rules of policy on agents',
  'tools.deny': 'the rules of policy on tools',
  'tools.sessions': 'the rules of policy on agents',
  env: 'spec.openclaw.env, or spec.credentials for secrets',
  secrets: 'spec.credentials',
};

/** Keys of a fragment that Cellwright sets. */
export function ownedKeyProblems(fragment: unknown, path: string): Problem[] {
  return foundKeys(fragment, ownedConfigPaths).map(({ owned, steps }) => {
    const instead = insteadOf[owned];
    return {
      code: 'config.owned-key',
      path: steps.reduce<string>(appendStep, path),
      message: `${formatPath(steps)} is set by Cellwright`,
      fix: instead === undefined ? 'remove it' : `remove it and use ${instead}`,
    };
  });
}

/** Keys of a tenant's fragment that are for its profile to set. */
export function platformKeyProblems(fragment: unknown, path: string): Problem[] {
  return foundKeys(fragment, platformConfigPaths).map(({ owned, steps }) => {
    const instead = insteadOf[owned];
    return {
      code: 'config.platform-key',
      path: steps.reduce<string>(appendStep, path),
      message: `${formatPath(steps)} is for the profile to set`,
      fix: `remove it, and ${instead === undefined ? '' : `use ${instead}, or `}ask for it in the defaults.config of the profile`,
    };
  });
}

function foundKeys(fragment: unknown, paths: readonly string[]): { owned: string; steps: PathStep[] }[] {
  return paths.flatMap((owned) => placesOf(fragment, owned.split('.')).map((steps) => ({ owned, steps })));
}

/** Where a path with stars leads in a value, as the steps to each place. */
function placesOf(value: unknown, [step, ...rest]: readonly string[]): PathStep[][] {
  if (step === undefined) {
    return [[]];
  }
  if (value === null || typeof value !== 'object') {
    return [];
  }
  const members = Object.entries(value).filter(([key]) => step === '*' || key === step);
  return members.flatMap(([key, member]: [string, unknown]) =>
    placesOf(member, rest).map((steps) => [Array.isArray(value) ? Number(key) : key, ...steps]),
  );
}

const secretKey = /(token|secret|password|passphrase|api_?key|private_?key)$/i;

/**
 * Literal secrets: a fragment ends up in Git, in a ConfigMap and in the status of rollouts. A reference
 * (`{source, provider, id}`, or a text that is one `${VARIABLE}`) is fine.
 */
export function literalSecretProblems(fragment: unknown, path: string): Problem[] {
  return secretPaths(fragment).map((steps) => ({
    code: 'config.literal-secret',
    path: `${path}.${formatPath(steps)}`,
    message: 'the value looks like a secret, and fragments are kept in Git and in a ConfigMap',
    fix: 'put it in a Secret, name that under spec.credentials, and refer to the variable: {source: env, provider: default, id: NAME}',
  }));
}

function secretPaths(value: unknown): (string | number)[][] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => secretPaths(item).map((steps) => [index, ...steps]));
  }
  if (value === null || typeof value !== 'object') {
    return [];
  }
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
    typeof member === 'string'
      ? secretKey.test(key) && member !== '' && !/^\$\{[A-Z_][A-Z0-9_]*\}$/.test(member)
        ? [[key]]
        : []
      : secretPaths(member).map((steps) => [key, ...steps]),
  );
}
