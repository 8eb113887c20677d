/**
 * Wrong engines, each one small change of runner/ away from the right one, and the test that must catch it. A rule of the
 * engine that no mutant breaks is one that nobody would miss.
 */
import { unit } from './mutant.ts';
import type { CatchingTest, Mutant } from './mutant.ts';
import { fleetMutants } from './fleet-mutants.ts';
import { wallMutants } from './wall-mutants.ts';

const writes = (title: string): CatchingTest => unit('runner-writes', title);
const unseen = (title: string): CatchingTest => unit('runner-writes-unseen', title);
const kindRules = (title: string): CatchingTest => unit('runner-kinds', title);
const leader = (title: string): CatchingTest => unit('runner-leader-election', title);
const reflector = (title: string): CatchingTest => unit('runner-reflector', title);

/** What a client sends and believes. */
const kubeMutants: readonly Mutant[] = [
  {
    name: 'deletes without preconditions',
    file: 'kube/client.ts',
    find: 'propagationPolicy: target.propagation, preconditions }',
    replace: 'propagationPolicy: target.propagation }',
    test: writes('remove exactly the object that was seen'),
  },
  {
    name: 'forgets deletes that only a list shows',
    file: 'kube/object-store.ts',
    find: 'else if (!this.#entries.has(key)) this.#onChange(entry, undefined);',
    replace: '',
    test: unit(
      'runner-object-store',
      'is replaced by a list in one step: what is gone is told, what is newer than the list stays',
    ),
  },
  {
    name: 'believes an answer that is older than the stream',
    file: 'kube/object-store.ts',
    find: 'if (isOlderVersion(this.#toldUpTo, entry.resourceVersion)) this.#put(entry);',
    replace: 'this.#put(entry);',
    test: unit('runner-object-store', 'does not come back by an answer that is older than what the stream told'),
  },
  {
    name: 'ignores Retry-After',
    file: 'kube/retry-after.ts',
    find: 'if (ms === undefined || attempt === repeats || isForCaller(request, error, ms)) throw error;',
    replace: 'throw error;',
    test: unit('runner-transport', 'Retry-After is waited for, to the second'),
  },
  {
    name: 'does not ask the fence',
    file: 'kube/fence.ts',
    find: 'if (!mayWrite()) throw new NotLeaderError(describeRequest(request));',
    replace: '',
    test: unit('runner-transport', 'who does not lead reads and does not write, judged at the moment of sending'),
  },
  {
    name: 'asks the fence only before it waits for a connection',
    file: 'kube/fence.ts',
    find: 'return send({ ...request, beforeSend });',
    replace: 'return send(request);',
    test: unit(
      'runner-transport',
      'a write that waits for its connection is held back when the lease ran out meanwhile',
    ),
  },
  {
    name: 'cuts a write that is on the wire when the term ends',
    file: 'kube/last-writes.ts',
    find: 'if (isSent) cancel = clock.after(lastWriteMs, giveUp);\n      else giveUp();',
    replace: 'giveUp();',
    test: unit('runner-transport', 'a write that is on the wire may end, and a read ends at once'),
  },
  {
    name: 'is unready at every blip of the API server',
    file: 'fleet/api-trouble.ts',
    find: 'now - since > troubleMs',
    replace: 'now - since >= 0',
    test: unit(
      'runner-health',
      '/readyz tells of lists and watches that have failed for more than a minute, until they work again',
    ),
  },
  {
    name: 'does not go on where the stream was',
    file: 'kube/reflector.ts',
    find: 'this.#version = event.object.metadata.resourceVersion;',
    replace: '',
    test: reflector('takes a stream that has been silent for too long for dead, and goes on where it was told last'),
  },
  {
    name: 'lists anew after each stream',
    file: 'kube/reflector.ts',
    find: 'this.#version ??= await this.#list(signal);',
    replace: 'this.#version = await this.#list(signal);',
    test: reflector('takes a stream that has been silent for too long for dead, and goes on where it was told last'),
  },
  {
    name: 'does not list anew after 410',
    file: 'kube/reflector.ts',
    find: 'if (isGone(error)) this.#version = undefined;',
    replace: '',
    test: reflector('lists anew when its version is too old, and what is gone by then goes'),
  },
];

/** What is written, and when not. */
const engineMutants: readonly Mutant[] = [
  {
    name: 'applies without the uid that was seen',
    file: 'engine/write-object.ts',
    find: 'live === undefined ? body : { ...body, metadata: { ...body.metadata, uid: live.uid } }',
    replace: 'body',
    test: unit(
      'runner-applied-records',
      'is written again when someone changed it before our answer arrived, and pinned by its uid',
    ),
  },
  {
    name: 'trusts managedFields',
    file: 'engine/clear-intrusions.ts',
    find: 'if (wasTouched) return contentDigest(live, leftToOthers) === expected;',
    replace: 'if (wasTouched) return true;',
    test: writes('take out what others added although managedFields say nothing of it'),
  },
  {
    name: 'believes in what is beside our fields when nothing is recorded',
    file: 'engine/clear-intrusions.ts',
    find: 'return expected !== undefined || !holdsAdditions(wanted, live, kept);',
    replace: 'return true;',
    test: writes('take out what others added although there is neither a record nor a trace of it'),
  },
  {
    name: 'leaves an object that others made impossible to apply to',
    file: 'engine/write-object.ts',
    find: 'if (isTouched && isInvalid(error) && !isStale(error)) return replaceWhole(deps, target, { error, signal });',
    replace: '',
    test: writes('replace an object whose intrusions make ours invalid, and only such a one'),
  },
  {
    name: 'takes away a restart by kubectl',
    file: 'engine/strays.ts',
    find: 'if (ownBelow.length === 0 && !holdsKept) return [here];',
    replace: 'if (ownBelow.length === 0) return [here];',
    test: unit(
      'runner-strays',
      'are not what lies around what is left to others: a restart by kubectl stays where we have no annotation',
    ),
  },
  {
    name: 'forgets what changed in the records of an owner at rest',
    file: 'engine/records.ts',
    find: `held.records.set(key, record);
    held.text = undefined;`,
    replace: 'held.records.set(key, record);',
    test: unit('runner-records-at-rest', 'take changes, and have the same text as before for the same'),
  },
  {
    name: 'does not compare uids with the record',
    file: 'engine/records.ts',
    find: 'record?.uid === live.uid && record.accepted === live.digest',
    replace: 'record?.accepted === live.digest',
    test: unit(
      'runner-applied-records',
      'is written again when something else is wanted, or another object has its name',
    ),
  },
  {
    name: 'takes an object that is another’s',
    file: 'engine/write-object.ts',
    find: 'const problem = isOurs ? undefined : deps.adoption(live, wanted);',
    replace: 'const problem = isOurs ? undefined : undefined;',
    test: writes('do not take an object that is another’s'),
  },
  {
    name: 'makes a workload anew together with its pods',
    file: 'engine/recreate.ts',
    find: "kind.recreate === 'orphan' ? 'Orphan' : 'Background'",
    replace: "'Background'",
    test: writes('make a workload anew without its pods, and pinned to the one that was seen'),
  },
  {
    name: 'gives a Service that it makes anew another address',
    file: 'engine/recreate.ts',
    find: "return hasAddress && !('clusterIP' in spec)",
    replace: "return !hasAddress && !('clusterIP' in spec)",
    test: kindRules('of a Service leaves it the address that it had, and none where it had none'),
  },
  {
    name: 'goes on after a wave with a failure',
    file: 'engine/apply-pass.ts',
    find: 'if (isInPlace(results)) {',
    replace: 'if (results !== null) {',
    test: writes('end with the wave that has a failure'),
  },
  {
    name: 'forgets the back-off of a key',
    file: 'engine/queue.ts',
    find: 'this.#failures.set(key, (this.#failures.get(key) ?? 0) + (isFailure ? 1 : 0));',
    replace: 'this.#failures.set(key, 1);',
    test: unit('runner-queue', 'waits longer after each failure of a key, and forgets failures after a success'),
  },
  {
    name: 'fights at full speed',
    file: 'engine/fights.ts',
    find: '>= patience',
    replace: '>= Infinity',
    test: unit('runner-fights', 'is seen after five repairs, and the object is repaired once a minute then'),
  },
  {
    name: 'takes a fight for over after each repair',
    file: 'engine/fights.ts',
    find: 'slice(-patience), error });',
    replace: 'slice(-patience), error: undefined });',
    test: unit(
      'runner-lasting-trouble',
      'a fight with whoever changes ours is told once for as long as it lasts, and goes slowly',
    ),
  },
  {
    name: 'removes for ever what is made anew',
    file: 'engine/remove.ts',
    find: '    fights.check(removalOf(child));\n',
    replace: '',
    test: unit('runner-fights', 'and made anew as often is left alone for a while after five times, with no request'),
  },
  {
    name: 'believes that nothing is hidden where nobody is named',
    file: 'engine/unclaimed.ts',
    find: 'return deps.client.replace(wanted.kind, replacement(deps, wanted.body, now), signal);',
    replace: 'return now;',
    test: unseen(
      'prove another default by one replacement where nobody else claims anything, and take out what was hidden',
    ),
  },
  {
    name: 'does not take back a field that it owns no more',
    file: 'engine/unclaimed.ts',
    find: 'now?.metadata.uid !== live.uid || !isWhollyOwn(wanted, now, deps.fieldManager)',
    replace: 'now?.metadata.uid !== live.uid',
    test: unseen('apply before they replace where a field of ours is not ours any more'),
  },
  {
    name: 'makes anew what it never made',
    file: 'engine/write-object.ts',
    find: 'return uid === record?.uid ? uid : undefined;',
    replace: 'return uid;',
    test: unseen('leave an object without our label that we never made'),
  },
  {
    name: 'takes what somebody adds beside our fields for a default',
    file: 'engine/server-defaults.ts',
    find: '(beside ?? {}) as Readonly<Record<string, unknown>>) ?? false;',
    replace: '(beside ?? {}) as Readonly<Record<string, unknown>>) ?? true;',
    test: unit('runner-differences', 'a field that nobody says to have written'),
  },
];

const byEitherClock = 'Math.max(clock.now() - this.#renewed.wall, clock.monotonic() - this.#renewed.monotonic)';

/** Until when a leader writes. */
const electionMutants: readonly Mutant[] = [
  {
    name: 'does not see that the wall clock went on alone',
    file: 'engine/leader-election.ts',
    find: byEitherClock,
    replace: 'clock.monotonic() - this.#renewed.monotonic',
    test: leader('when the wall clock alone has come to the deadline: whether it may write'),
  },
  {
    name: 'does not see that the monotonic clock went on alone',
    file: 'engine/leader-election.ts',
    find: byEitherClock,
    replace: 'clock.now() - this.#renewed.wall',
    test: leader('when the monotonic clock alone has come to the deadline: whether it may write'),
  },
  {
    name: 'writes until the lease runs out',
    file: 'engine/leader-election.ts',
    find: 'return elapsed < this.#options.deadlineMs;',
    replace: 'return elapsed < this.#options.leaseMs;',
    test: leader('when both clocks have come to the deadline: whether it may write'),
  },
  {
    name: 'counts its time from the answer to a renewal',
    file: 'engine/leader-election.ts',
    find: 'this.#renewed = sent;',
    replace: 'this.#renewed = { wall: this.#deps.clock.now(), monotonic: this.#deps.clock.monotonic() };',
    test: leader('counts anew from the sending of each renewal that was answered, and of no other'),
  },
];

/** Here files are named below runner/. */
const engines: readonly Mutant[] = [...kubeMutants, ...engineMutants, ...electionMutants, ...fleetMutants];

/** All of them; names are unique. */
export const mutants: readonly Mutant[] = [
  ...engines.map((mutant) => ({ ...mutant, file: `runner/${mutant.file}` })),
  ...wallMutants,
];
