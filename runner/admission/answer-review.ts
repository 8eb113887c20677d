/** From an HTTP request to the verdict on what it asks. */
import type { IncomingMessage } from 'node:http';
import { webhookPath, webhookTimeoutSeconds } from '../../constructs/platform/admission/webhook.ts';
import type { Clock } from '../kube/clock.ts';
import { orAborted, withDeadline } from '../kube/clock.ts';
import type { Caller } from './callers.ts';
import { ReviewRefusal, ShedReviewError, VerdictTimeoutError } from './refusal.ts';
import { overloaded, RequestBodies } from './request-body.ts';
import { readRequest, writeReview } from './review.ts';
import type { AdmissionJudge, AdmissionRequest, Verdict } from './review.ts';
import { withinLimits } from './text-size.ts';
import { Turns } from './turns.ts';
import type { Turn } from './turns.ts';

/** Reviews that are judged at once, of all callers and of one; each may wait for a program such as opa. */
const mostJudged = 48;
const mostJudgedOfOne = 32;

/** Bytes up to which a review is read and judged in one turn: it costs some milliseconds at most. An ordinary one has some thousands. */
const shortBody = 64 * 1024;

/** What the event loop does beside the turns of a request, in milliseconds: its head and its answer, and each MiB of its body. */
const requestMs = 0.5;
const readMsPerMiB = 4;

/** Time for a verdict in milliseconds: less than the API server waits, so that it hears why there is none. */
const judgeMs = (webhookTimeoutSeconds - 1) * 1000;

/** Before that, in milliseconds, the judge is told to come to an end: what it has found by then is a verdict. */
const endingMs = 500;

/** An AdmissionReview to send back. */
export interface Answer {
  readonly json: string;
  readonly allowed: boolean;
}

/** Who asks, and whether the answer is still waited for. */
export interface Asking {
  readonly caller: Caller;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** A body that was read: the request in it, or why it is not looked at. */
type Read = { readonly request: AdmissionRequest } | { readonly answer: Answer };

/** Answers reviews, a bounded number at once and each caller in its turn. */
export class ReviewDesk {
  readonly #judge: AdmissionJudge;
  readonly #clock: Clock;
  readonly #bodies: RequestBodies;
  readonly #turns: Turns;
  #judged = 0;

  constructor(judge: AdmissionJudge, clock: Clock) {
    this.#judge = judge;
    this.#clock = clock;
    this.#bodies = new RequestBodies(clock);
    this.#turns = new Turns(clock);
  }

  /**
   * @throws ReviewRefusal for what is no review or finds no room, ShedReviewError among them, before the body is read when there is
   * no time for it; VerdictTimeoutError, and what the judge throws
   */
  async answer(request: IncomingMessage, asking: Asking): Promise<Answer> {
    const { caller, signal } = asking;
    if (caller.isSpent) throw new ShedReviewError();
    caller.charge(requestMs);
    refuseOtherRequests(request);
    const turn = this.#turns.of(caller, signal);
    return this.#bodies.with(request, caller, (body) => {
      caller.charge((body.length / 2 ** 20) * readMsPerMiB);
      return body.length <= shortBody
        ? this.#answerAtOnce(body, asking, turn)
        : this.#answerInParts(body, asking, turn);
    });
  }

  async #answerAtOnce(body: Buffer, asking: Asking, turn: Turn): Promise<Answer> {
    const { answer } = await turn(() => ({ answer: this.#answerTo(readBody(body), asking) }));
    return answer;
  }

  async #answerInParts(body: Buffer, asking: Asking, turn: Turn): Promise<Answer> {
    const read = await turn(() => readBody(body));
    const { answer } = await turn(() => ({ answer: this.#answerTo(read, asking) }));
    return answer;
  }

  /** What of the judge's work waits for nothing is done before this returns. */
  async #answerTo(read: Read, asking: Asking): Promise<Answer> {
    if ('answer' in read) return read.answer;
    return answerOf(read.request.uid, await this.#verdictOn(read.request, asking));
  }

  async #verdictOn(request: AdmissionRequest, { caller, signal }: Asking): Promise<Verdict> {
    if (this.#judged >= mostJudged || caller.judged >= mostJudgedOfOne) throw overloaded();
    this.#judged += 1;
    caller.judged += 1;
    try {
      const clock = this.#clock;
      const error = new VerdictTimeoutError(judgeMs);
      return await withDeadline({ clock, ms: judgeMs, error }, signal, (hard) => {
        const verdict = withDeadline({ clock, ms: judgeMs - endingMs, error }, hard, (soft) =>
          this.#judge(request, soft),
        );
        // For judges that do not listen to their signal.
        return orAborted(verdict, hard);
      });
    } finally {
      this.#judged -= 1;
      caller.judged -= 1;
    }
  }
}

function readBody(body: Buffer): Read {
  const scanned = withinLimits(body);
  if ('excess' in scanned) {
    return { answer: answerOf(uidInHead(body), { problems: [scanned.excess], warnings: [] }) };
  }
  const request = readRequest(parsed(scanned.json));
  if (request === undefined) throw noReview();
  return { request };
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
