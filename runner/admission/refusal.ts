/** HTTP requests that get no verdict. */

/** What came is no review, or there is no room for it; the API server then goes by the webhook's failurePolicy. */
export class ReviewRefusal extends Error {
  readonly code = 'admission.refused';
  /** HTTP status. */
  readonly status: number;

  constructor(status: number, problem: string, fix: string) {
    super(`${problem}; ${fix}`);
    this.name = 'ReviewRefusal';
    this.status = status;
  }
}

/** Its caller, or all callers together, have had their share of the event loop; see callers.ts. */
export class ShedReviewError extends ReviewRefusal {
  constructor() {
    super(503, 'too much time went into reviews', 'ask again later');
    this.name = 'ShedReviewError';
  }
}

/** There is no verdict that could be stood by. */
export function unjudged(why: string): ReviewRefusal {
  return new ReviewRefusal(503, why, 'the runner judges the object before it is used');
}

/** The judge did not come to an end in time. */
export class VerdictTimeoutError extends Error {
  readonly code = 'admission.timeout';

  constructor(ms: number) {
    super(`no verdict within ${ms} ms; the object is judged again by the runner before it is used`);
    this.name = 'VerdictTimeoutError';
  }
}
