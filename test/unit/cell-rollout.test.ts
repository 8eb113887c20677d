/** How a gateway's pods are replaced; proven on a real StatefulSet controller in test/api/runner-rollout.test.ts. */
import { expect, test } from '@jest/globals';
import { synthesizeTenant } from '../../constructs/synth/synthesize-tenant.ts';
import { loadAssets } from '../../files/assets/load-assets.ts';
import { inputOf } from './rules-input.ts';

test('no pod waits for another one: a revision that never gets ready can be left again', () => {
  const { objects } = synthesizeTenant({ ...inputOf({}), assets: loadAssets() });
  const sets = objects.filter(({ kind }) => kind === 'StatefulSet');
  expect(sets.map(({ spec }) => (spec as { podManagementPolicy?: string }).podManagementPolicy)).toEqual(['Parallel']);
});
