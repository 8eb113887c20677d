/** What OPA decided, from its decision log: the way to see that something was asked where nothing else can be seen. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalPod } from './pod.ts';

/** One decision. */
export interface Decision {
  readonly kind: string;
  readonly allow: boolean;
  /** Tool, model or target. */
  readonly name?: string;
  readonly channel?: string;
  readonly requester?: string;
  readonly agent?: string;
  readonly session?: string;
  readonly reasons: readonly string[];
}

/** Everything decided since OPA started. */
export function decisions(pod: LocalPod): readonly Decision[] {
  return pod
    .output('opa')
    .split('\n')
    .flatMap((line) => decisionOf(line));
}

/** Decisions that have these fields. */
export function decisionsLike(pod: LocalPod, fields: Partial<Decision>): readonly Decision[] {
  const wanted = Object.entries(fields);
  return decisions(pod).filter((decision) => wanted.every(([key, value]) => decision[key as keyof Decision] === value));
}

/** Waits for a decision with these fields: the first ever, or the first after a number of them that there were. */
export async function untilDecided(pod: LocalPod, fields: Partial<Decision>, before = 0): Promise<Decision> {
  const end = Date.now() + 120_000;
  for (;;) {
    const found = decisionsLike(pod, fields)[before];
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > end) {
      const told = decisions(pod)
        .slice(-20)
        .map((decision) => JSON.stringify(decision));
      throw new Error(`no decision with ${JSON.stringify(fields)} for 120 s; there is:\n${told.join('\n')}`);
    }
    await sleep(100);
  }
}

/** The decision of a line of OPA's output; its other lines have none. */
function decisionOf(line: string): Decision[] {
  let entry: { readonly input?: Omit<Decision, 'allow' | 'reasons'>; readonly result?: { readonly allow?: unknown } };
  try {
    entry = JSON.parse(line) as typeof entry;
  } catch {
    // The end of the output may be half a line.
    return [];
  }
  const { input, result } = entry;
  return typeof result?.allow === 'boolean' ? [{ ...input, ...result } as Decision] : [];
}
