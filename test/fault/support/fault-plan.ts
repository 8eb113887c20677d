/**
 * Which request meets which fault, from a seed. The choice depends on the request and on how often it came before, not on what
 * other requests do meanwhile: so the same seed gives the same faults although requests race.
 */
import { isWatch, isWrite } from './faults.ts';
import type { EventFault, Fault, Judge, ProxiedRequest, WatchFaults } from './faults.ts';
import { between, oneOf, randomFrom, seedFor } from './seed.ts';
import type { Random } from './seed.ts';

/** How much goes wrong. */
export interface FaultPlanOptions {
  readonly seed: number;
  /** Part of the requests, from 0 to 1. @default 0.3 */
  readonly share?: number;
  /** Part of the events of streams; most streams end early by other faults. @default 0.2 */
  readonly eventShare?: number;
}

type Choice = (random: Random) => Fault;

const anyRequest: readonly Choice[] = [
  () => ({ type: 'answer', status: 500, reason: 'InternalError' }),
  () => ({ type: 'answer', status: 503, reason: 'ServiceUnavailable' }),
  () => ({ type: 'answer', status: 503, reason: 'ServiceUnavailable', retryAfterSeconds: 1 }),
  () => ({ type: 'answer', status: 429, reason: 'TooManyRequests', retryAfterSeconds: 1 }),
  (random) => ({ type: 'silence', ms: between(500, 3000, random) }),
  () => ({ type: 'reset-before' }),
  () => ({ type: 'reset-mid-body' }),
  (random) => ({ type: 'slow', ms: between(50, 1500, random) }),
];

const writes: readonly Choice[] = [
  // `Conflict` for a POST too: the API server says so when a quota was updated meanwhile. `AlreadyExists` would be a lie.
  () => ({ type: 'answer', status: 409, reason: 'Conflict' }),
  () => ({ type: 'answer', status: 422, reason: 'Invalid' }),
  () => ({ type: 'lost-answer' }),
  () => ({ type: 'lost-answer' }),
  (random) => ({ type: 'old-answer', ms: between(50, 1500, random) }),
  (random) => ({ type: 'late-arrival', ms: between(50, 1500, random) }),
];

const lists: readonly Choice[] = [(random) => ({ type: 'old-answer', ms: between(500, 3000, random) })];

const watches: readonly Choice[] = [
  () => ({ type: 'answer', status: 410, reason: 'Expired' }),
  () => ({ type: 'answer', status: 500, reason: 'InternalError' }),
  () => ({ type: 'answer', status: 429, reason: 'TooManyRequests', retryAfterSeconds: 1 }),
  () => ({ type: 'reset-before' }),
  (random) => ({ type: 'silence', ms: between(500, 3000, random) }),
];

/** What {@link faultPlan} may choose, as the proxy counts it. */
export const plannedFaults: readonly string[] = [
  'answer 409',
  'answer 410',
  'answer 422',
  'answer 429 with Retry-After',
  'answer 500',
  'answer 503',
  'answer 503 with Retry-After',
  'late-arrival of a write',
  'lost-answer of a write',
  'old-answer of a list',
  'old-answer of a write',
  'reset-before',
  'reset-mid-body',
  'silence',
  'slow',
  'watch cut',
  'watch delay',
  'watch end',
  'watch gone',
  'watch twice',
];

/** A judge that follows the plan. */
export function faultPlan({ seed, share = 0.3, eventShare = 0.2 }: FaultPlanOptions): Judge {
  const seen = new Map<string, number>();
  return (request) => {
    const name = `${request.method} ${request.path}${isWatch(request) ? ' watch' : ''}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    const random = randomFrom(seedFor(seed, `${name} ${times}`));
    if (random() < share) return oneOf(choicesFor(request), random)(random);
    return isWatch(request) ? { type: 'watch', faults: eventFaults(random, eventShare) } : undefined;
  };
}

function choicesFor(request: ProxiedRequest): readonly Choice[] {
  if (isWatch(request)) return watches;
  return [...anyRequest, ...(isWrite(request) ? writes : lists)];
}

function eventFaults(random: Random, share: number): WatchFaults {
  const choose = (): EventFault =>
    oneOf<EventFault>(
      [
        { type: 'twice' },
        { type: 'twice' },
        { type: 'delay', ms: between(50, 1500, random) },
        { type: 'delay', ms: between(50, 1500, random) },
        { type: 'cut' },
        { type: 'end' },
        { type: 'gone' },
      ],
      random,
    );
  return { next: () => (random() < share ? choose() : undefined) };
}
