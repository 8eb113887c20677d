/** A quick look over a text's events: is there anything that the careful check (faults.ts) may object to? */
import { CHOMPING_MODE, EVENT_ID, SCALAR_STYLE } from 'js-yaml';
import type { Event, ScalarEvent } from 'js-yaml';
import { plainScalarFault, suspectFirst } from './plain-scalar.ts';

/**
 * False when the text is plain YAML that all readers understand alike; true says only that it needs the careful check.
 * Duplicate keys are not looked for, since js-yaml refuses them.
 */
export function hasOddEvents(events: readonly Event[], text: string): boolean {
  // For each open node: undefined in a list or document, else whether a key comes next.
  const open: (boolean | undefined)[] = [];
  for (const event of events) {
    const isKey = open.at(-1);
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    if (isOdd(event, text, isKey === true)) {
      return true;
    }
    if (isKey !== undefined) {
      open[open.length - 1] = !isKey;
    }
    if (event.type !== EVENT_ID.SCALAR) {
      open.push(event.type === EVENT_ID.MAPPING ? true : undefined);
    }
  }
  return false;
}

function isOdd(event: Exclude<Event, { type: typeof EVENT_ID.POP }>, text: string, isKey: boolean): boolean {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.tagStart >= 0 || (event.style === SCALAR_STYLE.PLAIN && isOddPlain(event, text, isKey));
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.tagStart >= 0;
    case EVENT_ID.DOCUMENT:
      return event.directives.length > 0;
    case EVENT_ID.ALIAS:
      return true;
  }
}

function isOddPlain({ valueStart, valueEnd }: ScalarEvent, text: string, isKey: boolean): boolean {
  if (valueStart < 0) {
    return isKey;
  }
  return (
    suspectFirst[text.charCodeAt(valueStart)] === true &&
    plainScalarFault(text.slice(valueStart, valueEnd), isKey ? 'key' : 'value') !== undefined
  );
}

/**
 * Whether the text ends inside a block scalar (`|`, `>`) without a line break: js-yaml then adds one to the value,
 * Kubernetes does not.
 */
export function endsInOpenBlock(events: readonly Event[], text: string): boolean {
  if (text.endsWith('\n') || text.endsWith('\r')) {
    return false;
  }
  const last = events.findLast((event) => event.type === EVENT_ID.SCALAR);
  return (
    last !== undefined &&
    last.valueEnd === text.length &&
    (last.style === SCALAR_STYLE.LITERAL_BLOCK || last.style === SCALAR_STYLE.FOLDED_BLOCK) &&
    last.chomping !== CHOMPING_MODE.STRIP
  );
}
