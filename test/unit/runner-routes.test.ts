import { expect, test } from '@jest/globals';
import { isThereAfter, urlOf } from '../../runner/fleet/routes.ts';
import type { ObjectResult } from '../../runner/engine/result.ts';

type Route = 'Ingress' | 'HTTPRoute' | 'PersistentVolumeClaim';
const inside = 'http://gateway.tenant-acme.svc:18789';

interface Told {
  /** What status told before. */
  readonly before: string | undefined;
  readonly wanted?: readonly Route[];
  readonly live?: readonly Route[];
  readonly results?: readonly ObjectResult[];
}

function told({ before, wanted = [], live = [], results = [] }: Told): string | undefined {
  const objects = (kinds: readonly Route[]): { key: string; kind: { kind: string } }[] =>
    kinds.map((kind) => ({ key: kind, kind: { kind } }));
  return urlOf(
    { status: { url: before } },
    { url: 'new', wanted: objects(wanted), children: objects(live), isThere: isThereAfter(results) },
  );
}

const failed = { action: 'failed', error: new Error('no') } as const;
const fought = { ...failed, isThere: true } as const;

test.each<[string, Told, string]>([
  [
    'is new when the route is there',
    {
      before: 'https://old',
      wanted: ['Ingress'],
      live: ['Ingress'],
      results: [{ key: 'Ingress', action: 'unchanged' }],
    },
    'new',
  ],
  [
    'is the old one while the route cannot be changed',
    { before: 'https://old', wanted: ['Ingress'], live: ['Ingress'], results: [{ key: 'Ingress', ...failed }] },
    'https://old',
  ],
  [
    'is the old one while the pass did not come to the route',
    { before: 'https://old', wanted: ['Ingress'] },
    'https://old',
  ],
  [
    'is the old one while a route of another kind stands',
    {
      before: 'https://old',
      wanted: ['HTTPRoute'],
      live: ['HTTPRoute', 'Ingress'],
      results: [{ key: 'HTTPRoute', action: 'created' }],
    },
    'https://old',
  ],
  [
    'is the old one while a route stands that nobody wants',
    { before: 'https://old', live: ['Ingress'] },
    'https://old',
  ],
  ['is new when the last route is gone', { before: 'https://old' }, 'new'],
  [
    'is new when only a volume cannot grow',
    {
      before: 'https://old',
      wanted: ['Ingress'],
      live: ['Ingress'],
      results: [
        { key: 'Ingress', action: 'configured' },
        { key: 'PersistentVolumeClaim', ...failed },
      ],
    },
    'new',
  ],
  [
    'is the old one while a route is fought over',
    { before: 'https://old', wanted: ['Ingress'], live: ['Ingress'], results: [{ key: 'Ingress', ...fought }] },
    'https://old',
  ],
  [
    'is told at once where no route was told before',
    { before: inside, wanted: ['Ingress'], results: [{ key: 'Ingress', ...failed }] },
    'new',
  ],
  ['is told with the first status', { before: undefined, wanted: ['Ingress'] }, 'new'],
])('the address %s', (_what, given, url) => {
  expect(told(given)).toBe(url);
});
