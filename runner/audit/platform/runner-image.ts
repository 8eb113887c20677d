/** The runner's image is pinned. */
import { isPinned } from '../pinned-image.ts';
import { refOf } from '../finding.ts';
import type { Check } from '../finding.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import type { LivePlatform } from './live-platform.ts';

/** See above. */
export const runnerImage: Check<LivePlatform> = {
  reports: ['image.by-tag'],
  run: ({ objects }) =>
    objects.flatMap(({ live }) => {
      if (typeof live === 'string' || live.kind !== 'Deployment') return [];
      return imagesOf(live)
        .filter((image) => !isPinned(image))
        .map((image) => ({ id: 'image.by-tag' as const, object: refOf(live), why: `it runs ${image}` }));
    }),
};

function imagesOf(deployment: LiveObject): string[] {
  const { spec } = deployment as LiveObject & {
    readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly { image?: string }[] } } };
  };
  return (spec?.template?.spec?.containers ?? []).flatMap(({ image }) => image ?? []);
}
