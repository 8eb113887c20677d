/** Field paths as they stand in problems: `spec.credentials[1].secretRef.key`, `metadata.labels["example.com/team"]`. */

/** A step of a path: a field name or map key, or an index in a list. */
export type PathStep = string | number;

const plainKey = /^[A-Za-z_$][A-Za-z0-9_$-]*$/;

/** The path of a member of what stands at `base`; a key that would be ambiguous is written as a JSON string in brackets. */
export function appendStep(base: string, step: PathStep): string {
  if (typeof step === 'number') {
    return `${base}[${step}]`;
  }
  if (!plainKey.test(step)) {
    return `${base}[${JSON.stringify(step)}]`;
  }
  return base === '' ? step : `${base}.${step}`;
}

/** The path of a list of steps. */
export function formatPath(steps: readonly PathStep[]): string {
  return steps.reduce<string>(appendStep, '');
}

/** The steps of a path that {@link formatPath} wrote. */
export function parsePath(path: string): PathStep[] {
  const steps: PathStep[] = [];
  for (const [, index, quoted, key] of path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)) {
    if (index !== undefined) {
      steps.push(Number(index));
    } else {
      steps.push(quoted === undefined ? (key ?? '') : (JSON.parse(quoted) as string));
    }
  }
  return steps;
}

/** What stands at a path below `root`, or undefined. */
export function valueAt(root: unknown, steps: readonly PathStep[]): unknown {
  let value = root;
  for (const step of steps) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) {
      return undefined;
    }
    value = (value as Record<PathStep, unknown>)[step];
  }
  return value;
}
