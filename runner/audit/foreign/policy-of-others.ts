/** Whether a policy of another project allows something. Read by its form alone: what it selects and what wins is that project's to say. */
import type { LiveObject } from '../../kube/live-object.ts';

interface RuleLike {
  readonly action?: string;
}

interface SpecLike {
  readonly [list: string]: unknown;
}

/** Lists of rules, in the policies of Kubernetes' network group, Cilium and Calico. */
const allowLists = ['ingress', 'egress'] as const;

/** `2 ingress rules`; empty when it only denies. */
export function allows(live: LiveObject): string[] {
  const { spec = {}, specs = [] } = live as LiveObject & {
    readonly spec?: SpecLike;
    readonly specs?: readonly SpecLike[];
  };
  return allowLists.flatMap((list) => {
    const rules = [spec, ...specs].flatMap((one) => (one[list] ?? []) as readonly RuleLike[]);
    const allowing = rules.filter(({ action = 'Allow' }) => !['Deny', 'Pass', 'Log'].includes(action));
    return allowing.length === 0 ? [] : [`${allowing.length} ${list}`];
  });
}
