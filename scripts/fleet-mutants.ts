/** Wrong ways for a tenant to go, each with the test that must catch it. Files are named below runner/. */
import { api, fault, unit } from './mutant.ts';
import type { Mutant } from './mutant.ts';

/** See above. */
export const fleetMutants: readonly Mutant[] = [
  {
    name: 'believes the object that it did not see without its label',
    file: 'engine/write-object.ts',
    find: '(live === undefined || !isAsAccepted(record, live));\n  const cleared',
    replace: '(live !== undefined && !isAsAccepted(record, live));\n  const cleared',
    test: fault(
      'every-kind',
      'whoever adds beside a leaf, puts the old managedFields back and takes our label: it is repaired',
    ),
  },
  {
    name: 'leaves other content under the name of ours',
    file: 'engine/write-object.ts',
    find: 'if (kind.prunable === false || target.live?.uid !== uid)',
    replace: 'if (true || target.live?.uid !== uid)',
    test: fault('every-kind', 'whoever puts another of its name in its place: it is repaired'),
  },
  {
    name: 'makes anew what holds data',
    file: 'fleet/kinds.ts',
    find: "{ StatefulSet: 'orphan', Service: 'at-once' };",
    replace: "{ StatefulSet: 'orphan', Service: 'at-once', Namespace: 'at-once' };",
    test: unit('runner-kinds', 'lets exactly StatefulSet and Service be made anew'),
  },
  {
    name: 'prunes namespaces',
    file: 'fleet/kinds.ts',
    find: "prunable: entry.kind !== 'Namespace',",
    replace: 'prunable: true,',
    test: unit('runner-kinds', 'has nothing that holds data but the namespace, which is never pruned'),
  },
  {
    name: 'takes whatever has the name of our configuration',
    file: 'fleet/adoption.ts',
    find: 'return differing.length === 0',
    replace: 'return differing.length >= 0',
    test: api('runner-apply', 'and that has other content becomes no part of it'),
  },
  {
    name: 'gives up a back-off for the echo of its own status',
    file: 'engine/queue.ts',
    find: "outcome.type === 'retry' && run.again === 'resync'",
    replace: 'false',
    test: unit(
      'runner-queue',
      'keeps the back-off of a key that fails and comes back as a resync meanwhile, and no other',
    ),
  },
  {
    name: 'takes a namespace that it never applied',
    file: 'fleet/situation.ts',
    find: 'appliedRecordIn(status?.applied, namespace.key)?.uid === namespace.uid',
    replace: 'appliedRecordIn(status?.applied, namespace.key) !== undefined',
    test: unit('runner-situation', 'is not taken with the status of another namespace'),
  },
  {
    name: 'shrinks the quota first',
    file: 'fleet/quota-steps.ts',
    find: 'if (before === undefined) return item;',
    replace: 'return item;',
    test: unit('runner-quota-steps', 'that shrinks goes last'),
  },
  {
    name: 'takes the quota as others made it while a smaller one waits',
    file: 'fleet/quota-steps.ts',
    find: 'ceilingsIn(record?.note) ?? live?.facts.ceilings',
    replace: 'live?.facts.ceilings',
    test: unit(
      'runner-quota-steps',
      'that someone else made larger while it waits is set back to what it was, by the next runner too',
    ),
  },
  {
    name: 'is content with what never goes',
    file: 'fleet/lasting-trouble.ts',
    find: 'leaving.filter((child) => child.restMs === 0)',
    replace: 'leaving.filter((child) => child.restMs < 0)',
    test: unit(
      'runner-lasting-trouble',
      'an object that nobody wants and a finalizer holds is told after five minutes, by the one pass that was asked for',
    ),
  },
  {
    name: 'prunes although something failed',
    file: 'fleet/apply-steps.ts',
    find: 'if (!isInPlace(results)) return [...results, ...claims];',
    replace: 'if (!isInPlace(results)) return [...results, ...(await pruneTenant(deps, pass, plan))];',
    test: api('runner-prune', 'nothing is pruned while something cannot be applied'),
  },
  {
    name: 'prunes before it applies',
    file: 'fleet/apply-steps.ts',
    find: 'const { results, claims } = await applyFirst(deps, pass, { plan, first });',
    replace:
      'const before = await pruneTenant(deps, pass, plan);\n  const { results, claims } = await applyFirst(deps, pass, { plan, first });\n  results.push(...before);',
    test: api('runner-prune', 'the configuration of the old revision stays until the new one runs'),
  },
  {
    name: 'prunes ConfigMaps during a rollout',
    file: 'fleet/apply-steps.ts',
    find: "wanted.has(key) || (keepsMaps && kind.kind === 'ConfigMap')",
    replace: "wanted.has(key) || (keepsMaps && kind.kind === 'None')",
    test: api('runner-prune', 'the configuration of the old revision stays until the new one runs'),
  },
  {
    name: 'says that it is through before it is',
    file: 'fleet/apply-tenant.ts',
    find: "isFullPass: isDone || verdicts.Stalled.status === 'True',",
    replace: 'isFullPass: true,',
    test: api('runner-prune', 'nothing is pruned while something cannot be applied'),
  },
  {
    name: 'makes the token before its name is written down',
    file: 'fleet/claim.ts',
    find: 'deps.inputs.answered(await deps.client.mergePatch(target, patch, pass.signal));',
    replace: '{ ...finalized, status: { ...finalized.status, ...patch.status } };',
    test: api(
      'runner-apply',
      'makes exactly the objects of synthesis, with the fields of synthesis',
      'names each tenant’s token once, before the Secret is there, and never reads it',
    ),
  },
  {
    name: 'lets a tenant go before its objects are gone',
    file: 'fleet/delete-tenant.ts',
    find: 'if (results.length > 0) return waitFor(deps, pass, results);',
    replace: '',
    test: api('runner-delete', 'the walls stay until the last pod is gone'),
  },
  {
    name: 'does not say what keeps a namespace from going',
    file: 'fleet/delete-tenant.ts',
    find: '...(remaining === undefined ? [] : [remaining])',
    replace: '',
    test: api(
      'runner-delete',
      'with Delete, what others keep in the namespace is named, and everything goes by itself once they let it go',
    ),
  },
  {
    name: 'leaves the number of replicas to others',
    file: 'fleet/left-to-others.ts',
    find: 'StatefulSet: [[',
    replace: "StatefulSet: [['spec', 'replicas'], [",
    test: api('runner-drift', 'replicas are the spec’s to say: what a scaler writes is set back by one apply'),
  },
  {
    name: 'puts its finalizer on again in each pass',
    file: 'fleet/claim.ts',
    find: 'if (hasFinalizer(tenant) === wanted) return tenant;',
    replace: '',
    test: api(
      'runner-apply',
      'costs a new tenant its objects and at most four requests more, Events and the last status included',
    ),
  },
  {
    name: 'calls a refused tenant one that is on its way',
    file: 'fleet/assess.ts',
    find: "Reconciling: no('Stalled', 'waits for a change of the spec'),",
    replace: "Reconciling: yes('Stalled', 'waits for a change of the spec'),",
    test: api(
      'runner-rollout',
      'no version of a tenant is Current or Ready before its spec runs, and only a refusal is Failed',
    ),
  },
  {
    name: 'leaves what others change of a refused tenant',
    file: 'fleet/apply-tenant.ts',
    find: 'return refuseTenant(deps, pass, { refusal, held: await holdTenant(deps, pass) });',
    replace: 'return refuseTenant(deps, pass, { refusal });',
    test: api(
      'runner-refused',
      'what others change of a refused tenant is set back, told in an Event, and costs no write of status',
    ),
  },
  {
    name: 'applies to a refused tenant what was never reached',
    file: 'fleet/hold-tenant.ts',
    find: 'return wanted.filter(({ key, digest }) => records.get(owner, key)?.wanted === digest);',
    replace: 'return wanted.filter(({ key }) => records.get(owner, key) !== undefined);',
    test: unit('runner-held-tenant', 'of the last plan counts what was applied in this very form'),
  },
  {
    name: 'waits out what the API server asked for at the end of a term',
    file: 'fleet/wiring.ts',
    find: 'metrics, signal: () => term });',
    replace: 'metrics, signal: () => new AbortController().signal });',
    test: fault(
      'handovers',
      'a clean stop hands over within two seconds, although the API server asked the leader to wait for longer',
    ),
  },
  {
    name: 'forgets an Event that could not be made',
    file: 'fleet/event-outbox.ts',
    find: 'unsent.failures === mostAttempts',
    replace: 'unsent.failures === 1',
    test: unit('runner-events', 'is sent again under the same name, later each time, and then counts as told'),
  },
  {
    name: 'drops at the end what is on the wire',
    file: 'kube/last-writes.ts',
    find: 'export const lastWriteMs = 5000;',
    replace: 'export const lastWriteMs = 0;',
    test: fault('shutdown', 'SIGTERM lets a write that is on the wire end, starts no other, and gives the lease back'),
  },
  {
    name: 'waits at the end for what is never answered',
    file: 'kube/last-writes.ts',
    find: 'export const lastWriteMs = 5000;',
    replace: 'export const lastWriteMs = 50_000;',
    test: fault('shutdown', 'SIGTERM gives up a write that is not answered after 5 s, and the process ends'),
  },
  {
    name: 'keeps its records of an earlier term',
    file: 'fleet/wiring.ts',
    find: 'records.clear();',
    replace: '',
    test: api('runner-election', 'who leads again starts from what the other left, and writes nothing again'),
  },
];
