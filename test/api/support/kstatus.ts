/**
 * Whether an object is as asked for, as Flux and Argo CD read it: the rules of kstatus for kinds that it does not know
 * (https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus), written down here.
 */

/** What kstatus makes of an object. */
export type Kstatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating';

/** What it looks at. */
export interface Seen {
  readonly generation: number;
  readonly deletionTimestamp?: string | undefined;
  readonly observedGeneration?: number | undefined;
  readonly conditions?: readonly SeenCondition[] | undefined;
}

interface SeenCondition {
  readonly type: string;
  readonly status: string;
  readonly observedGeneration?: number | undefined;
}

/** See above. */
export function kstatus({ generation, deletionTimestamp, observedGeneration, conditions = [] }: Seen): Kstatus {
  const is = (type: string, status: string): boolean =>
    conditions.some((condition) => condition.type === type && condition.status === status);
  if (deletionTimestamp !== undefined) return 'Terminating';
  if (observedGeneration !== undefined && observedGeneration !== generation) return 'InProgress';
  if (is('Reconciling', 'True')) return 'InProgress';
  if (is('Stalled', 'True')) return 'Failed';
  return is('Ready', 'False') || is('Ready', 'Unknown') ? 'InProgress' : 'Current';
}

/** Whether `kubectl wait --for=condition=Ready` ends here: what a condition says of an older generation does not count. */
export function endsWait({ generation, observedGeneration = generation, conditions = [] }: Seen): boolean {
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && (ready.observedGeneration ?? observedGeneration) >= generation;
}
