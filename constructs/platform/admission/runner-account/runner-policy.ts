/** A policy that looks only at what the runner's own account sends, whoever holds its token. */
import { emittedKinds } from '../../../synth/emitted-kinds.ts';
import { platformNames } from '../../labels.ts';
import type { PlatformSettings } from '../../settings.ts';
import type { AdmissionPolicy, MatchedRequests, NamedExpression, Validation } from '../admission-policy.ts';
import { celText } from '../cel.ts';

/** What differs from policy to policy. */
export interface RunnerPolicy {
  /** Without the prefix `cellwright-runner-`. */
  readonly name: string;
  readonly requests: readonly MatchedRequests[];
  /** As of {@link AdmissionPolicy}. */
  readonly params?: NonNullable<AdmissionPolicy['params']>;
  readonly variables?: readonly NamedExpression[];
  readonly validations: readonly Validation[];
}

/** See above. Everybody else passes, the controllers of Kubernetes among them. */
export function runnerPolicy(
  { namespace }: Pick<PlatformSettings, 'namespace'>,
  { name, requests, params, variables = [], validations }: RunnerPolicy,
): AdmissionPolicy {
  const account = `system:serviceaccount:${namespace}:${platformNames.runner}`;
  return {
    name: `runner-${name}`,
    requests,
    ...(params === undefined ? {} : { params }),
    conditions: [{ name: 'runner', expression: `request.userInfo.username == ${celText(account)}` }],
    variables,
    validations,
  };
}

/** Making and changing objects of a kind that cells are made of; removing is judged by the scope alone. */
export function writesOf(kind: string): readonly MatchedRequests[] {
  const entry = emittedKinds.find((known) => known.kind === kind);
  if (entry === undefined) throw new RangeError(`cells contain no ${kind} (constructs/synth/emitted-kinds.ts)`);
  const [version = '', group = ''] = entry.apiVersion.split('/').reverse();
  return [{ apiGroups: [group], apiVersions: [version], operations: ['CREATE', 'UPDATE'], resources: [entry.plural] }];
}
