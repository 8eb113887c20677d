/** Applied records as one opaque string, which an owner keeps. */

/** Of one child. */
export interface AppliedRecord {
  /** Of the live object; for objects that are never read, of the one that they lie in. */
  readonly uid: string;
  /** Digest of the body that was accepted. */
  readonly wanted: string;
  /** Digest of what matters in the object as accepted. */
  readonly accepted: string;
  /** What the owner's controller wants to know of the accepted body later (see WriteDeps). @default - nothing */
  readonly note?: string;
}

/**
 * Version of the text's form, and of how what was observed is judged; another one counts as none, and every child is applied (or
 * looked at) once.
 */
const textForms: Readonly<Record<RecordsOf, number>> = { applied: 1, observed: 2 };

function formOf(of: RecordsOf): string {
  return `${of}/${textForms[of]}`;
}

/** What records prove: that we wrote the object so, or that somebody else did and we saw it. One is no proof for the other. */
export type RecordsOf = 'applied' | 'observed';

/** Records by child key. */
export type RecordsByKey = ReadonlyMap<string, AppliedRecord>;

/** The same text for the same records. */
export function recordsText(of: RecordsOf, records: RecordsByKey): string {
  const sorted = [...records].sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify({
    form: formOf(of),
    of: Object.fromEntries(sorted.map(([key, record]) => [key, partsOf(record)])),
  });
}

/** What a text says; nothing when it cannot be read. */
export function recordsIn(of: RecordsOf, text: string): Map<string, AppliedRecord> {
  return new Map(parse(text, formOf(of)));
}

function partsOf({ uid, wanted, accepted, note }: AppliedRecord): string[] {
  return [uid, wanted, accepted, ...(note === undefined ? [] : [note])];
}

/** What a text says of one child: proof that whoever kept the text wrote the object; undefined when it says nothing. */
export function appliedRecordIn(text: string | undefined, key: string): AppliedRecord | undefined {
  return parse(text ?? '', formOf('applied')).find(([known]) => known === key)?.[1];
}

function parse(text: string, form: string): (readonly [string, AppliedRecord])[] {
  let parsed: { readonly form?: unknown; readonly of?: Readonly<Record<string, unknown>> | null } | null;
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    // Cut short or written by someone else: it proves nothing, and costs one apply of each child.
    return [];
  }
  if (parsed?.form !== form || typeof parsed.of !== 'object' || parsed.of === null) return [];
  return Object.entries(parsed.of).flatMap(([key, value]) => {
    if (!Array.isArray(value) || !value.every((part): part is string => typeof part === 'string')) return [];
    const [uid = '', wanted = '', accepted = '', note] = value;
    return [[key, { uid, wanted, accepted, ...(note === undefined ? {} : { note }) }] as const];
  });
}
