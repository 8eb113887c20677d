/**
 * What the runner did in all tests against what it may do. Each control plane of a test leaves a summary of its audit log
 * (test/api/support/keep-usage.ts); here they are put together: a permission that no test needed should not be there, and a request
 * that was denied is a right that is missing or a write that the walls refuse.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { platformNames } from '../constructs/platform/labels.ts';
import {
  clusterPermissions,
  defaultNamespacePermissions,
  ownNamespacePermissions,
} from '../constructs/platform/runner-permissions.ts';

/** Requests of the runner that are alike. */
export interface Usage {
  readonly verb: string;
  readonly apiGroup: string;
  /** With the subresource. */
  readonly resource: string;
  /** Who asked, as the API server knows them. */
  readonly user: string;
  readonly status: number;
  /** One of them. */
  readonly uri: string;
  /** What was said to it, where it was denied. */
  readonly message: string;
}

/** A check with the sentences that it fails for. */
export interface UsageCheck {
  readonly title: string;
  readonly faults: readonly string[];
}

/** `patch apps/statefulsets`. */
function nameOf(verb: string, apiGroup: string, resource: string): string {
  return `${verb} ${apiGroup === '' ? '' : `${apiGroup}/`}${resource}`;
}

/** Every summary in a folder. */
export function readUsage(folder: string): readonly Usage[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Usage[]);
}

/** An answer that is no missing right. */
const passing = 'because it is being terminated';

/** Requests that were answered 403, but for those that came into a namespace on its way out. */
export function checkDenials(usage: readonly Usage[]): UsageCheck {
  return {
    title: 'no request of the runner is denied',
    faults: usage
      .filter(({ status, message }) => status === 403 && !message.includes(passing))
      .map(({ verb, uri, message }) => `${verb} ${uri}: ${message}`),
  };
}

/** The account of the runner. */
export const runnerUser = `system:serviceaccount:${platformNames.namespace}:${platformNames.runner}`;

/** Runners with other rights than their own: what such a one may do says nothing of what the platform's may. */
export function checkAccounts(usage: readonly Usage[]): UsageCheck {
  const others = new Map(usage.filter(({ user }) => user !== runnerUser).map((one) => [one.user, one]));
  return {
    title: 'every runner of a test has the rights of its account and no others',
    faults: [...others.values()].map(
      ({ user, verb, uri }) => `${verb} ${uri} as ${user}: start that runner with its own token`,
    ),
  };
}

/** Permissions that nothing used, with the account's own token. */
export function checkPermissions(usage: readonly Usage[]): UsageCheck {
  const isUse = ({ user, status }: Usage): boolean => user === runnerUser && status !== 403;
  const used = new Set(usage.filter(isUse).flatMap(verbsOf));
  const given = [...clusterPermissions(), ...ownNamespacePermissions, ...defaultNamespacePermissions].flatMap(
    ({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => nameOf(verb, group, resource)))),
  );
  const unused = [...new Set(given)].filter((name) => !used.has(name)).sort();
  return {
    title: 'every permission of the runner is used by a test',
    faults: unused.map(
      (name) =>
        `nothing needed "${name}": take it out of constructs/platform/runner-permissions.ts, or test what needs it`,
    ),
  };
}

/** An apply that makes the object (201) needs `create` beside `patch`. */
function verbsOf({ verb, apiGroup, resource, status }: Usage): string[] {
  const verbs = verb === 'patch' && status === 201 ? ['patch', 'create'] : [verb];
  return verbs.map((one) => nameOf(one, apiGroup, resource));
}

/** Which tests ran. */
export interface TestRun {
  /** Folder of the summaries. */
  readonly folder: string;
  /** Paths of test files from the root, as `test/api/parity.test.ts`. */
  readonly ran: readonly string[];
  /** Every test file of the layers that start control planes. */
  readonly all: readonly string[];
  /** Tests were chosen by name. */
  readonly isByName: boolean;
}

/** The checks that a run allows; those over the whole suite cannot be told from a part of it. */
export function checkUsage({ folder, ran, all, isByName }: TestRun): {
  readonly checks: UsageCheck[];
  readonly skipped: string[];
} {
  if (!ran.some((file) => all.includes(file))) return { checks: [], skipped: [] };
  const usage = readUsage(folder);
  const always = [checkAccounts(usage), checkDenials(usage)];
  const permissions = checkPermissions(usage);
  const isWhole = !isByName && all.every((file) => ran.includes(file));
  return isWhole
    ? { checks: [...always, permissions], skipped: [] }
    : { checks: always, skipped: [`${permissions.title}: only a part of the layers api and fault ran`] };
}
