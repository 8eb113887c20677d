/** The nodes of a YAML text with their offsets. Made only when a problem has to be placed: reading itself needs no tree. */
import { EVENT_ID, SCALAR_STYLE, getScalarValue } from 'js-yaml';
import type { Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';

/** What every node has. */
interface NodeBase {
  /** Where it starts in the text; that of the nearest node before it when it is empty. */
  readonly offset: number;
  readonly anchor?: string;
  readonly tagged: boolean;
}

/** A scalar; `plain` is its text when it stands without quotes on one line. */
export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  readonly text: string;
  readonly plain: boolean;
}

/** A mapping, its members in the order of the text. */
export interface MappingNode extends NodeBase {
  readonly kind: 'mapping';
  readonly members: readonly { readonly key: SourceNode; readonly value: SourceNode }[];
}

/** A list. */
export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence';
  readonly items: readonly SourceNode[];
}

/** `*name`. */
export interface AliasNode extends NodeBase {
  readonly kind: 'alias';
  readonly name: string;
}

export type SourceNode = ScalarNode | MappingNode | SequenceNode | AliasNode;

/** The root node of every document; undefined for an empty one. */
export function composeTrees(events: readonly Event[], text: string): (SourceNode | undefined)[] {
  const reader: Reader = { events, text, next: 0, offset: 0 };
  const roots: (SourceNode | undefined)[] = [];
  while (reader.next < events.length) {
    reader.next += 1;
    roots.push(isPop(reader) ? undefined : composeNode(reader));
    reader.next += 1;
  }
  return roots;
}

interface Reader {
  readonly events: readonly Event[];
  readonly text: string;
  next: number;
  /** Of the node read last. */
  offset: number;
}

function isPop({ events, next }: Reader): boolean {
  return events[next]?.type === EVENT_ID.POP;
}

function composeNode(reader: Reader): SourceNode {
  const event = reader.events[reader.next];
  reader.next += 1;
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return composeScalar(reader, event);
    case EVENT_ID.MAPPING:
      return composeMapping(reader, event);
    case EVENT_ID.SEQUENCE:
      return composeSequence(reader, event);
    case EVENT_ID.ALIAS: {
      const name = reader.text.slice(event.anchorStart, event.anchorEnd);
      return { kind: 'alias', offset: (reader.offset = event.anchorStart - 1), tagged: false, name };
    }
    case EVENT_ID.DOCUMENT:
    case EVENT_ID.POP:
    case undefined:
      throw new TypeError('the YAML events end inside a node');
  }
}

function composeScalar(reader: Reader, event: ScalarEvent): ScalarNode {
  reader.offset = scalarOffset(event) ?? reader.offset;
  return {
    kind: 'scalar',
    ...properties(reader, event),
    text: getScalarValue(reader.text, event),
    plain: event.style === SCALAR_STYLE.PLAIN,
  };
}

/** Quoted and block scalars start before their value: at the quote, at the end of the header line. */
function scalarOffset({ valueStart, style }: ScalarEvent): number | undefined {
  return valueStart < 0 ? undefined : style === SCALAR_STYLE.PLAIN ? valueStart : valueStart - 1;
}

function composeMapping(reader: Reader, event: MappingEvent): MappingNode {
  reader.offset = event.start;
  const base = properties(reader, event);
  const members: { readonly key: SourceNode; readonly value: SourceNode }[] = [];
  while (!isPop(reader)) {
    members.push({ key: composeNode(reader), value: composeNode(reader) });
  }
  reader.next += 1;
  return { kind: 'mapping', ...base, members };
}

function composeSequence(reader: Reader, event: SequenceEvent): SequenceNode {
  reader.offset = event.start;
  const base = properties(reader, event);
  const items: SourceNode[] = [];
  while (!isPop(reader)) {
    items.push(composeNode(reader));
  }
  reader.next += 1;
  return { kind: 'sequence', ...base, items };
}

function properties({ offset, text }: Reader, event: ScalarEvent | MappingEvent | SequenceEvent): NodeBase {
  const tagged = event.tagStart >= 0;
  return event.anchorStart < 0
    ? { offset, tagged }
    : { offset, tagged, anchor: text.slice(event.anchorStart, event.anchorEnd) };
}
