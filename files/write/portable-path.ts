/** Output paths that mean the same file in every checkout. */

const segment = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/;

const portable = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,199}(?<!\.)(?:\/(?!$)|$))+$/;

/** What is wrong with a path below the output folder; undefined when any file system takes it. */
export function pathFault(path: string): string | undefined {
  if (portable.test(path)) {
    return undefined;
  }
  const segments = path.split('/');
  if (segments.some((name) => name === '' || name === '.' || name === '..')) {
    return 'it must be relative, without empty, "." or ".." parts';
  }
  const odd = segments.find((name) => !segment.test(name) || name.endsWith('.'));
  return odd === undefined
    ? undefined
    : `${JSON.stringify(odd)} must start with a letter, digit or "_", go on with those, ".", "_" or "-", and not end in "."`;
}
