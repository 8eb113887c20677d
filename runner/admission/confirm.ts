/**
 * No write is refused for what the caches say of another object alone: a watch is behind by a moment, and `kubectl apply` of a profile
 * and its tenant leaves no more between them. What a refusal rests on is read first, and then judged again.
 */
import { stallMs } from '../kube/reflector.ts';
import type { InputName } from '../fleet/inputs.ts';
import type { BoundedReads } from './bounded-reads.ts';
import { unjudged } from './refusal.ts';
import type { Verdict } from './review.ts';

/** A verdict from the caches. */
export interface Finding extends Verdict {
  /** Other objects that its problems rest on, there or not; empty when they rest on none. */
  readonly restsOn: readonly InputName[];
}

/** What confirming works with. */
export interface ConfirmDeps {
  readonly reads: Pick<BoundedReads, 'refresh'>;
  /** How long the watches of our kinds have been broken, in milliseconds; 0 when they are not. */
  readonly brokenMs: () => number;
}

/**
 * Judges until no problem rests on something that was not read.
 * @throws ReviewRefusal 503 when that cannot be read now, or the caches have heard nothing for long
 */
export async function confirm(
  { reads, brokenMs }: ConfirmDeps,
  judge: () => Finding | Promise<Finding>,
  signal: AbortSignal,
): Promise<Verdict> {
  const read = new Set<string>();
  for (;;) {
    const { problems, warnings, restsOn } = await judge();
    const unread = new Map(restsOn.map((name) => [`${name.kind}/${name.name}`, name]));
    for (const key of read) unread.delete(key);
    if (problems.length === 0 || unread.size === 0) return { problems, warnings };
    if (brokenMs() > stallMs) throw unjudged('the caches have heard nothing from the API server for long');
    for (const [key, name] of unread) {
      await reads.refresh(name, signal);
      read.add(key);
    }
  }
}
