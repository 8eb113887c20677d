/**
 * Applies everything that an owner should have, wave by wave. A wave with a failure is the last one that is tried; a fight over an
 * object that is there holds nothing back.
 */
import { applyObject } from './apply-object.ts';
import type { ApplyDeps } from './apply-object.ts';
import { mapBounded, requestsPerOwner } from './bounded.ts';
import { isInPlace } from './result.ts';
import type { ObjectResult } from './result.ts';
import { inWaves } from './waves.ts';
import type { WantedObject } from './wanted.ts';

/** Objects of a wave go in parallel, a few at once; the result names every object. */
export async function applyPass(
  deps: ApplyDeps,
  { owner, wanted }: { readonly owner: string; readonly wanted: readonly WantedObject[] },
  signal: AbortSignal,
): Promise<ObjectResult[]> {
  const results: ObjectResult[] = [];
  for (const wave of inWaves(wanted, ({ kind }) => kind.wave)) {
    if (isInPlace(results)) {
      const apply = (item: WantedObject): Promise<ObjectResult> => applyObject(deps, { owner, wanted: item }, signal);
      results.push(...(await mapBounded(wave, requestsPerOwner, apply)));
    } else {
      results.push(...wave.map(({ key }): ObjectResult => ({ key, action: 'skipped' })));
    }
  }
  return results;
}
