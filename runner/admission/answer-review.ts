/** From an HTTP request to the verdict on what it asks. */
import type { IncomingMessage } from 'node:http';
import { webhookPath, webhookTimeoutSeconds } from '../../constructs/platform/admission/webhook.ts';
import type { Clock } from '../kube/clock.ts';
import { withDeadline } from '../kube/clock.ts';
import { ReviewRefusal, VerdictTimeoutError } from './refusal.ts';
import { overloaded, RequestBodies } from './request-body.ts';
import { readRequest, writeReview } from './review.ts';
import type { AdmissionJudge, AdmissionRequest, Verdict } from './review.ts';
import { excessOf } from './text-size.ts';

/** Reviews that are judged at once; each may wait for a program such as opa. */
const mostJudged = 32;

/** Time for a verdict in milliseconds: less than the API server waits, so that it hears why there is none. */
const judgeMs = (webhookTimeoutSeconds - 1) * 1000;

/** Before that, in milliseconds, the judge is told to come to an end: what it has found by then is a verdict. */
const endingMs = 500;

/** An AdmissionReview to send back. */
export interface Answer {
  readonly json: string;
  readonly allowed: boolean;
}

/** Answers reviews, a bounded number at once. */
export class ReviewDesk {
  readonly #judge: AdmissionJudge;
  readonly #clock: Clock;
  readonly #bodies: RequestBodies;
  #judged = 0;

  constructor(judge: AdmissionJudge, clock: Clock) {
    this.#judge = judge;
    this.#clock = clock;
    this.#bodies = new RequestBodies(clock);
  }

  /**
   * @param signal aborted when nobody waits for the answer any more
   * @throws ReviewRefusal for what is no review or finds no room; VerdictTimeoutError, and what the judge throws
   */
  async answer(request: IncomingMessage, signal: AbortSignal): Promise<Answer> {
    refuseOtherRequests(request);
    return this.#bodies.with(request, (body) => this.#answerBody(body, signal));
  }

  async #answerBody(body: Buffer, signal: AbortSignal): Promise<Answer> {
    const excess = excessOf(body);
    if (excess !== undefined) return answerOf(uidInHead(body), { problems: [excess], warnings: [] });
    const request = readRequest(parsed(body));
    if (request === undefined) throw noReview();
    return answerOf(request.uid, await this.#verdictOn(request, signal));
  }

  async #verdictOn(request: AdmissionRequest, signal: AbortSignal): Promise<Verdict> {
    if (this.#judged >= mostJudged) throw overloaded();
    this.#judged += 1;
    try {
      const clock = this.#clock;
      const error = new VerdictTimeoutError(judgeMs);
      return await withDeadline({ clock, ms: judgeMs, error }, signal, (hard) => {
        const verdict = withDeadline({ clock, ms: judgeMs - endingMs, error }, hard, (soft) =>
          this.#judge(request, soft),
        );
        return Promise.race([verdict, rejectedBy(hard)]);
      });
    } finally {
      this.#judged -= 1;
    }
  }
}

function refuseOtherRequests({ method, url = '', headers }: IncomingMessage): void {
  if (url.split('?', 1)[0] !== webhookPath) throw new ReviewRefusal(404, 'there is nothing here', `use ${webhookPath}`);
  if (method !== 'POST') throw new ReviewRefusal(405, 'reviews are sent by POST', 'use POST');
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new ReviewRefusal(415, 'reviews are JSON', 'send content-type: application/json');
  }
}

/** An object that is too much for a parser must be refused all the same; the API server writes the uid of a request first. */
function uidInHead(body: Buffer): string {
  const head = body.subarray(0, 512).toString('latin1');
  const uid =
    /^\{"kind":"AdmissionReview","apiVersion":"admission\.k8s\.io\/v1","request":\{"uid":"([\w-]{1,64})"/.exec(
      head,
    )?.[1];
  if (uid === undefined) throw noReview();
  return uid;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // The parser's words quote the text, which may hold anything.
    throw noReview();
  }
}

function noReview(): ReviewRefusal {
  return new ReviewRefusal(400, 'the body is no AdmissionReview of a CREATE or UPDATE', 'send admission.k8s.io/v1');
}

function answerOf(uid: string, verdict: Verdict): Answer {
  return { json: writeReview(uid, verdict), allowed: verdict.problems.length === 0 };
}

/** For judges that do not listen to their signal. */
function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
