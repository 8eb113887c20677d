/** Bounds of a fragment, before anything walks through it: its schema has none. */
import type { Problem } from '../api/problem.ts';
import type { GatewayProfileSpec } from '../api/types.gen.ts';

/** Levels of lists and mappings; OpenClaw's own configuration has about ten. */
const mostLevels = 64;
/** Values in all, mappings and lists included; what a check costs grows with them. */
const mostValues = 5000;

/** The problem of a fragment that is too deep or too large, undefined for any other. Needs no stack. */
export function boundsProblem(fragment: unknown, path: string): Problem | undefined {
  let level: unknown[] = [fragment];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    values += level.length;
    if (depth > mostLevels || values > mostValues) {
      return {
        code: 'config.too-large',
        path,
        message: `the fragment has more than ${depth > mostLevels ? `${mostLevels} levels` : `${mostValues} values`}`,
        fix: 'make it smaller: files of the workspace hold longer texts and lists',
      };
    }
    level = level.flatMap(membersOf);
  }
  return undefined;
}

/** The same of both fragments of a profile. */
export function profileBounds({ defaults, fixed }: GatewayProfileSpec): Problem[] {
  return [
    boundsProblem(defaults?.config, 'spec.defaults.config') ?? [],
    boundsProblem(fixed?.config, 'spec.fixed.config') ?? [],
  ].flat();
}

function membersOf(value: unknown): unknown[] {
  return value === null || typeof value !== 'object' ? [] : Object.values(value);
}
