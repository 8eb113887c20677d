/**
 * How patterns of policy stand to each other, as sets of names. A star stands for any text, the empty one included, and every
 * other character for itself (policy/patterns.rego matches them so).
 */

/** Whether `outer` matches everything that `inner` matches. Exact: a star of `inner` is only covered by one of `outer`. */
export function covers(outer: string, inner: string): boolean {
  const [head = '', ...rest] = outer.split('*');
  const tail = rest.pop();
  if (tail === undefined) {
    return outer === inner;
  }
  if (inner.length < head.length + tail.length || !inner.startsWith(head) || !inner.endsWith(tail)) {
    return false;
  }
  const end = inner.length - tail.length;
  let from = head.length;
  for (const part of rest) {
    const at = inner.indexOf(part, from);
    if (at === -1 || at + part.length > end) {
      return false;
    }
    from = at + part.length;
  }
  return true;
}

/** Whether some name is matched by both. Exact. */
export function intersects(a: string, b: string): boolean {
  if (!a.includes('*')) {
    return covers(b, a);
  }
  if (!b.includes('*')) {
    return covers(a, b);
  }
  // With a star each, a name for both has the longer beginning, what stands between stars, and the longer end.
  const heads = [a, b].map((pattern) => pattern.slice(0, pattern.indexOf('*')));
  const tails = [a, b].map((pattern) => pattern.slice(pattern.lastIndexOf('*') + 1));
  return oneBegins(heads) && oneEnds(tails);
}

function oneBegins([a = '', b = '']: readonly string[]): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

function oneEnds([a = '', b = '']: readonly string[]): boolean {
  return a.endsWith(b) || b.endsWith(a);
}
