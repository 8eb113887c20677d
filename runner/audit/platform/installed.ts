/** Every object of dist/platform is there, and nothing of it was changed, removed or added. */
import { differencesOf } from '../../engine/differences.ts';
import type { ComparisonRules } from '../../engine/differences.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { wantedObject } from '../../engine/wanted.ts';
import { leftToOthers } from '../../fleet/left-to-others.ts';
import type { KubeObject } from '../../../constructs/synth/kube-object.ts';
import { refOf } from '../finding.ts';
import type { Check, Found } from '../finding.ts';
import { platformKindOf } from '../read-kinds.ts';
import { tellDifferences } from '../tell-differences.ts';
import { isComparable, wantedVersion } from './live-platform.ts';
import type { LivePlatform, PlatformObject } from './live-platform.ts';

/** See above. */
export const installed: Check<LivePlatform> = {
  reports: ['platform.missing', 'platform.changed', 'platform.version'],
  run: (platform) =>
    isComparable(platform) ? platform.objects.flatMap(judge) : [otherVersion(platform)].flatMap((found) => found ?? []),
};

function otherVersion(platform: LivePlatform): Found | undefined {
  const deployment = platform.objects.find(({ wanted }) => wanted.kind === 'Deployment');
  // What may not be read is named among what was not checked.
  if (deployment === undefined || platform.hidesVersion) return undefined;
  const why = `version ${platform.installedVersion ?? ''} is installed, and this command is of ${wantedVersion(platform) ?? ''}`;
  return { id: 'platform.version', object: refOf(deployment.wanted), why };
}

function judge({ wanted, live }: PlatformObject): readonly Found[] {
  if (live === 'hidden') return [];
  if (live === 'absent') return [{ id: 'platform.missing', object: refOf(wanted), why: 'it is not there' }];
  const differences = differencesOf(wantedOf(wanted), comparable(wanted, live), rules);
  return differences.length === 0
    ? []
    : [{ id: 'platform.changed', object: refOf(wanted), why: tellDifferences(differences) }];
}

/** Whoever applies the platform sets this label on all of it. */
const rules: ComparisonRules = {
  ownerLabel: 'app.kubernetes.io/part-of',
  leftToOthers: {
    ...leftToOthers,
    Deployment: [['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt']],
  },
};

function wantedOf(wanted: KubeObject): ReturnType<typeof wantedObject> {
  return wantedObject({ ...platformKindOf(wanted), wave: 0 }, wanted, 'apply');
}

/** Without what others write there by right: the runner's part of a webhook, the rules that a controller gathers. */
function comparable(wanted: KubeObject, live: LiveObject): LiveObject {
  if (wanted['aggregationRule'] !== undefined) {
    const { rules: _gathered, ...others } = live as LiveObject & { readonly rules?: unknown };
    return others;
  }
  if (live.kind !== 'ValidatingWebhookConfiguration') return live;
  return { ...live, webhooks: webhooksOf(live).map(withoutBundle) };
}

/** One webhook, as far as it is read. */
export interface WebhookLike {
  readonly name: string;
  readonly clientConfig: { readonly caBundle?: string };
}

export function webhooksOf(live: Readonly<Record<string, unknown>>): readonly WebhookLike[] {
  return (live['webhooks'] ?? []) as readonly WebhookLike[];
}

function withoutBundle(webhook: WebhookLike): WebhookLike {
  const { caBundle: _runners, ...clientConfig } = webhook.clientConfig;
  return { ...webhook, clientConfig };
}
