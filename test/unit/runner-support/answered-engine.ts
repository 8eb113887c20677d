/** An engine over the real client, whose requests are answered by a test. */
import { applyPass } from '../../../runner/engine/apply-pass.ts';
import type { ApplyDeps } from '../../../runner/engine/apply-object.ts';
import { Children } from '../../../runner/engine/children.ts';
import { Fights } from '../../../runner/engine/fights.ts';
import type { ManagedKind } from '../../../runner/engine/kind.ts';
import { AppliedRecords } from '../../../runner/engine/records.ts';
import { prune } from '../../../runner/engine/remove.ts';
import type { ObjectResult } from '../../../runner/engine/result.ts';
import { wantedObject } from '../../../runner/engine/wanted.ts';
import type { WantedObject } from '../../../runner/engine/wanted.ts';
import { ApiError } from '../../../runner/kube/api-error.ts';
import { KubeClient } from '../../../runner/kube/client.ts';
import type { WantedBody } from '../../../runner/kube/client.ts';
import type { LiveObject } from '../../../runner/kube/live-object.ts';
import type { ApiRequest } from '../../../runner/kube/send.ts';

export const service: ManagedKind = {
  apiVersion: 'v1',
  kind: 'Service',
  plural: 'services',
  namespaced: true,
  wave: 0,
};
export const body: WantedBody = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'gateway', namespace: 'ns', labels: { owner: 'acme' } },
  spec: { port: 1 },
};
export const path = '/api/v1/namespaces/ns/services/gateway';

/** As the API server has it. */
export function live(
  change: { uid?: string; resourceVersion?: string; spec?: unknown; labels?: object } = {},
): LiveObject {
  const { uid = 'u', resourceVersion = '5', spec = body['spec'], labels = { owner: 'acme' } } = change;
  return { ...body, metadata: { name: 'gateway', namespace: 'ns', uid, resourceVersion, labels }, spec } as LiveObject;
}

/** As the API server has it while a finalizer holds it. */
export function leaving(change: Parameters<typeof live>[0] = {}): LiveObject {
  const object = live(change);
  const metadata = { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['orphan'] };
  return { ...object, metadata };
}

type Answer = LiveObject | Error;

/**
 * Requests are answered in turn; what they tell is taken in for objects of `kind` alone.
 * @param adoption why an object is not ours @default - ours has our label
 */
export function engine(
  answers: readonly Answer[],
  kind = service,
  adoption: (live: LiveObject) => string | undefined = ({ metadata }) =>
    metadata.labels?.['owner'] === 'acme' ? undefined : 'it is theirs',
): {
  pass: (wanted: readonly WantedObject[]) => Promise<ObjectResult[]>;
  /** @param keep whether everything stays @default - nothing does */
  prune: (keep?: () => boolean) => Promise<ObjectResult[]>;
  told: (object: LiveObject) => void;
  sent: ApiRequest[];
  lines: () => string[];
} {
  const sent: ApiRequest[] = [];
  const left = [...answers];
  const client = new KubeClient(
    (request) => {
      sent.push(request);
      const answer = left.shift();
      if (answer === undefined) throw new Error(`not expected: ${request.method} ${request.path}`);
      if (answer instanceof Error) return Promise.reject(answer);
      const chunks = (async function* () {})();
      // What is applied first was not there before.
      const status = sent.length === 1 ? 201 : 200;
      return Promise.resolve({ status, warnings: [], json: () => Promise.resolve(answer), chunks });
    },
    () => undefined,
  );
  const children = new Children<null>({
    kinds: [kind],
    ownerLabel: 'owner',
    ownerOf: ({ metadata }) => metadata.labels?.['owner'],
    factsOf: () => null,
    leftToOthers: {},
    onChange: () => undefined,
  });
  const deps: ApplyDeps = {
    client,
    children,
    records: new AppliedRecords(),
    leftToOthers: {},
    chosenAtCreation: {},
    fieldManager: 'us',
    fights: new Fights(() => 0),
    adoption,
    complete: (wanted) => wanted.body,
  };
  const [subject] = children.subjects();
  const { signal } = new AbortController();
  return {
    sent,
    lines: () => sent.map(({ method, path: where }) => `${method} ${where}`),
    told: (object) => subject?.store.told(subject.project(object)),
    pass: (wanted) => applyPass(deps, { owner: 'acme', wanted }, signal),
    prune: (keep = () => false) =>
      prune({ client, children, fights: deps.fights }, { children: children.of('acme').values(), keep }, signal),
  };
}

export const wanted = (kind = service, strategy: WantedObject['strategy'] = 'apply'): WantedObject =>
  wantedObject(kind, body, strategy);
export const refusal = (status: number, reason: string, message: string): ApiError =>
  ApiError.fromStatus('x', { reason, message }, status);
export const actions = (results: readonly ObjectResult[]): string[] => results.map(({ action }) => action);
