/** Labels and annotations that must stay as they are, as CEL. */
import { celTexts } from '../cel.ts';

/** A map that may be missing, before and after a write; both are CEL expressions. */
export interface KeyedChange {
  readonly before: string;
  readonly after: string;
}

/** Labels or annotations in an object's metadata; nothing was there before the object. */
export function metadataChange(field: 'labels' | 'annotations'): KeyedChange {
  return {
    before: `(oldObject == null ? {} : oldObject.metadata.?${field}.orValue({}))`,
    after: `object.metadata.?${field}.orValue({})`,
  };
}

/** Nothing comes, goes or changes but under the keys that are free. */
export function keysStay({ before, after }: KeyedChange, free: readonly string[]): string {
  const isFree = `key in ${celTexts(free)}`;
  const same = (from: string, to: string): string =>
    `${from}.all(key, ${isFree} || (key in ${to} && ${from}[key] == ${to}[key]))`;
  return `${same(after, before)} && ${same(before, after)}`;
}

/** Nothing comes or changes but under the keys that are free; what was there may go. */
export function noKeyComes({ before, after }: KeyedChange, free: readonly string[]): string {
  return `${after}.all(key, key in ${celTexts(free)} || (key in ${before} && ${after}[key] == ${before}[key]))`;
}
