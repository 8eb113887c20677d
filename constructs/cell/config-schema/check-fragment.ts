/** Offline check of a fragment of `openclaw.json` against the configuration schema of an OpenClaw version. */
import { Check, Errors } from 'typebox/schema';
import { Settings } from 'typebox/system';
import { appendStep, valueAt } from '../../api/field-path.ts';
import type { Problem } from '../../api/problem.ts';
import { mergeFragments } from '../settings/merge.ts';
import { fitsByMembers } from './fits-by-members.ts';
import { nearestAlternatives } from './nearest-alternatives.ts';
import { stepsOf } from './pointer.ts';
import { problemsAt } from './problems-at.ts';

type Fragment = Readonly<Record<string, unknown>>;

/** Mistakes that are looked at. */
const mostErrors = 10_000;

/** What is checked. */
export interface FragmentCheck {
  /** The schema, as OpenClaw prints it; boolean or object. */
  readonly schema: unknown;
  readonly fragment: Fragment;
  /**
   * What lies under the fragment when it is used; it may complete what the fragment leaves out.
   * @default - nothing
   */
  readonly under?: Fragment;
  /** Path of the fragment in its object, for the problems. */
  readonly path: string;
}

/**
 * Problems inside the fragment. The schema is interpreted where the fragment touches it: compiling the whole of it costs
 * seconds, this a few milliseconds. What the schema cannot say (names of channels and agents that are not there, fields
 * that only some providers need) is left to OpenClaw's own check at the start of the pod.
 */
export function checkFragment({ schema, fragment, under, path }: FragmentCheck): Problem[] {
  const merged = mergeFragments(under, fragment);
  if (fitsByMembers(schema, merged) || Check(schema as object, merged)) {
    return [];
  }
  Settings.Set({ maxErrors: mostErrors });
  const found = Errors(schema as object, merged)[1];
  const errors = nearestAlternatives(found);
  const problems = [...Map.groupBy(errors, ({ instancePath }) => instancePath)].flatMap(([pointer, atPlace]) => {
    const steps = stepsOf(pointer);
    const value = valueAt(fragment, steps);
    const place = steps.reduce<string>(appendStep, path);
    return value === undefined ? [] : problemsAt({ schema, value, path: place, errors: atPlace });
  });
  const shown = deepest(problems);
  // With very many mistakes the schema's own list is cut off before what stands here.
  return shown.length > 0 || found.length < mostErrors ? shown : [tooManyMistakes(path)];
}

function tooManyMistakes(path: string): Problem {
  return {
    code: 'config.schema',
    path,
    message: `OpenClaw does not take this fragment: it has more than ${mostErrors} mistakes`,
    fix: 'see the configuration reference of this OpenClaw version',
  };
}

/** A value that fits none of several forms fails each of them; what is said of the deepest place is what was meant. */
function deepest(problems: readonly Problem[]): Problem[] {
  const outer = new Set(
    problems.flatMap(({ path }) => [...path.matchAll(/[.[]/g)].map(({ index }) => path.slice(0, index))),
  );
  return problems.filter(({ path }) => !outer.has(path));
}
