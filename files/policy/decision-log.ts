/** Decisions as OPA logs them: one JSON object a line, among whatever else the container prints. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { PolicyInput } from './question.ts';

/** One recorded decision. */
export interface RecordedDecision {
  readonly input: PolicyInput;
  /** What was answered; undefined where the evaluation ended in an error, which the guard denies. */
  readonly result: RecordedResult | undefined;
}

/** The part of an answer that is compared. */
export interface RecordedResult {
  readonly allow: boolean;
  readonly requireApproval: boolean;
  readonly reasons: readonly string[];
}

/** The decisions of a log in their order, read as they are asked for; `-` is standard input. */
export async function* readDecisionLog(file: string): AsyncGenerator<RecordedDecision | typeof unreadable> {
  const input = file === '-' ? process.stdin : createReadStream(file, 'utf8');
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    const decision = decisionIn(line);
    if (decision !== undefined) {
      yield decision;
    }
  }
}

/** Stands for a line that is of a decision and cannot be read, such as one that was cut off. */
export const unreadable = Symbol('unreadable');

/** How OPA begins the line of a decision. It sorts the keys: `"msg":"Decision Log"` is lost wherever the question is cut. */
const beginning = '{"decision_id":';
/** Characters of it that no other line of OPA begins with. */
const telling = '{"d'.length;

function isOfDecision(text: string): boolean {
  const isCutEarly = text.length >= telling && beginning.startsWith(text);
  return isCutEarly || text.startsWith(beginning) || text.includes('"Decision Log"');
}

/** A line may begin with what a collector put before it, such as a time or the pod's name. */
function decisionIn(line: string): RecordedDecision | typeof unreadable | undefined {
  const start = line.indexOf('{');
  if (start < 0 || !isOfDecision(line.slice(start))) {
    return undefined;
  }
  let entry: { readonly path?: unknown; readonly input?: unknown; readonly result?: unknown };
  try {
    entry = JSON.parse(line.slice(start)) as typeof entry;
  } catch {
    // What it said cannot be known; that there was one is counted.
    return unreadable;
  }
  const { path, input, result } = entry;
  if (path !== 'cellwright/decision') {
    return undefined;
  }
  return isQuestion(input) ? { input, result: isResult(result) ? result : undefined } : unreadable;
}

function isQuestion(value: unknown): value is PolicyInput {
  const { tenant, kind } = (value ?? {}) as { readonly tenant?: unknown; readonly kind?: unknown };
  return typeof tenant === 'string' && typeof kind === 'string';
}

function isResult(value: unknown): value is RecordedResult {
  const { allow, requireApproval, reasons } = (value ?? {}) as Partial<Record<keyof RecordedResult, unknown>>;
  return typeof allow === 'boolean' && typeof requireApproval === 'boolean' && Array.isArray(reasons);
}
