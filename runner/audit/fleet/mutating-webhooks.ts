/** Webhooks of others that may change the pods of tenants. What they change is judged by admission policies, and compared. */
import { tenantLabel } from '../../../constructs/cell/labels.ts';
import type { LiveObject } from '../../kube/live-object.ts';
import { refOf } from '../finding.ts';
import type { Check } from '../finding.ts';
import { takes } from '../label-selector.ts';
import type { LabelSelector } from '../label-selector.ts';
import type { LiveFleet } from './live-fleet.ts';

/** See above. */
export const mutatingWebhooks: Check<LiveFleet> = {
  reports: ['admission.mutates-pods'],
  run: ({ mutatingWebhooks: live, namespaces }) => {
    const tenants = [...namespaces.values()].map(({ metadata }) => metadata.labels ?? {}).filter(isTenants);
    return live.flatMap((configuration) => {
      const reaching = webhooksOf(configuration).filter(
        ({ rules = [], namespaceSelector = {} }) =>
          rules.some(isOfPods) && tenants.some((labels) => takes(namespaceSelector, labels)),
      );
      if (reaching.length === 0) return [];
      const why = `${reaching.map(({ name }) => name).join(', ')} may change pods of tenants`;
      return [{ id: 'admission.mutates-pods', object: refOf(configuration), why }];
    });
  },
};

interface WebhookLike {
  readonly name: string;
  readonly rules?: readonly { readonly apiGroups?: readonly string[]; readonly resources?: readonly string[] }[];
  readonly namespaceSelector?: LabelSelector;
}

function webhooksOf(configuration: LiveObject): readonly WebhookLike[] {
  return (configuration['webhooks'] ?? []) as readonly WebhookLike[];
}

function isTenants(labels: Readonly<Record<string, string>>): boolean {
  return labels[tenantLabel] !== undefined;
}

function isOfPods({ apiGroups = [], resources = [] }: NonNullable<WebhookLike['rules']>[number]): boolean {
  const isCore = apiGroups.includes('') || apiGroups.includes('*');
  return isCore && resources.some((one) => ['pods', 'pods/*', '*', '*/*'].includes(one));
}
