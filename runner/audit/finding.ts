/** What an audit says. */
import type { FindingId } from './finding-kinds.ts';

/** How much a finding weighs: a wall does not hold; it may stop to hold or work; good to know. */
export const severities = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** An object by what a person names it. */
export interface ObjectRef {
  readonly kind: string;
  /** Left out for what lies in no namespace. */
  readonly namespace?: string;
  readonly name: string;
}

/** What a check found. */
export interface Found {
  readonly id: FindingId;
  readonly object: ObjectRef;
  /** One sentence: what is, and why that matters. */
  readonly why: string;
}

/** The same with what the kind of finding says of all of its findings. */
export interface Finding extends Found {
  readonly severity: Severity;
  /** What helps. */
  readonly fix: string;
}

/** Something that nobody looked at: of it, silence means nothing. */
export interface NotChecked {
  readonly what: string;
  readonly why: string;
  /** What lets it be looked at. */
  readonly fix: string;
}

/** One kind of check over one sort of subject. */
export interface Check<Subject> {
  /** Every kind of finding that it may report. */
  readonly reports: readonly FindingId[];
  readonly run: (subject: Subject) => readonly Found[];
}

/** `NetworkPolicy tenant-acme/cell`. */
export function objectText({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** The reference to something that was read or that is wanted. */
export function refOf(object: {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}): ObjectRef {
  const { name, namespace } = object.metadata;
  return { kind: object.kind, ...(namespace === undefined ? {} : { namespace }), name };
}
