/** What the API server has while caches are behind it, and the reads of verdicts from it. */
import { BoundedReads } from '../../../runner/admission/bounded-reads.ts';
import type { FleetInputs, InputName } from '../../../runner/fleet/inputs.ts';
import { ApiError } from '../../../runner/kube/api-error.ts';
import type { LiveObject } from '../../../runner/kube/live-object.ts';
import { nextVersion } from './live-inputs.ts';

/** What is not as the caches say. */
export interface Ahead {
  /** Objects of ours by `Kind/name`; undefined for one that is gone. */
  readonly stored?: Readonly<Record<string, LiveObject | undefined>>;
  /** Namespaces by name. @default - none */
  readonly namespaces?: Readonly<Record<string, LiveObject>>;
  readonly monotonic?: () => number;
}

/** Reads, and what was read so far: `GatewayProfile/default`, `Namespace/tenant-acme`. */
export function readsOf(
  inputs: FleetInputs,
  { stored = {}, namespaces = {}, monotonic = () => 0 }: Ahead = {},
): { readonly reads: BoundedReads; readonly read: string[] } {
  const read: string[] = [];
  const held = (key: string): LiveObject | undefined => {
    const [kind = '', name = ''] = key.split('/');
    return inputs.held({ kind: kind as InputName['kind'], name });
  };
  const client: ConstructorParameters<typeof BoundedReads>[0]['client'] = {
    list: ({ kind }, { fieldSelector = '' }) => {
      const key = `${kind}/${fieldSelector.replace('metadata.name=', '')}`;
      read.push(key);
      const items = [Object.hasOwn(stored, key) ? changed(stored[key]) : held(key)].filter((one) => one !== undefined);
      return Promise.resolve({ items, resourceVersion: nextVersion(), next: undefined });
    },
    get: (_, { name }) => {
      read.push(`Namespace/${name}`);
      const found = namespaces[name];
      return found === undefined ? Promise.reject(notFound) : Promise.resolve(found);
    },
  };
  return { reads: new BoundedReads({ client, inputs, monotonic }), read };
}

/** Whatever the caches were told, this came after it. */
function changed(object: LiveObject | undefined): LiveObject | undefined {
  return object && { ...object, metadata: { ...object.metadata, resourceVersion: nextVersion() } };
}

const notFound = new ApiError('GET', 'not found', {
  status: 404,
  reason: 'NotFound',
  causes: [],
  retryAfterSeconds: undefined,
});
