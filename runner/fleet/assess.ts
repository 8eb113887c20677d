/**
 * What the conditions of a tenant say. Pure: the situation in, verdicts out. The meaning is kstatus'
 * (https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md): Reconciling and Stalled are true only
 * while there is something to tell; Ready is true only when what was asked for runs.
 */
import type { ObjectResult } from '../engine/result.ts';
import { isInvalid } from '../kube/api-error.ts';
import { ForeignObjectError } from '../engine/adoption.ts';
import { FieldFightError } from '../engine/fights.ts';
import type { WorkloadFacts } from './cell-facts.ts';
import type { DriftReport } from './drift-report.ts';
import type { LastingTrouble } from './lasting-trouble.ts';
import type { Refusal } from './planner.ts';
import { massDeletionReason } from './verdicts.ts';
import type { ConditionType, Verdict } from './verdicts.ts';

/** All conditions of a tenant. */
export type Verdicts = Readonly<Record<ConditionType, Verdict>>;

/** The gateway as it runs. */
export interface Running {
  /** Undefined: there is no StatefulSet. */
  readonly workload: WorkloadFacts | undefined;
  /** Why pods are not ready, one sentence a pod. */
  readonly podProblems: readonly string[];
  /** Revision of the policy that the wanted pods carry; undefined when nothing is rendered. */
  readonly policyRevision: string | undefined;
  /** Rules of the tenant that decide nothing, in words. @default - none */
  readonly withoutEffect?: string | undefined;
  readonly namespace: string;
}

const yes = (reason: string, message: string): Verdict => ({ status: 'True', reason, message });
const no = (reason: string, message: string): Verdict => ({ status: 'False', reason, message });
const unknown = (reason: string, message: string): Verdict => ({ status: 'Unknown', reason, message });

const notReconciling = no('Settled', 'nothing is under way');
const notStalled = no('Progressing', 'no person is needed');
const notDegraded = no('AsWanted', 'every object is as wanted');

/** Everything was applied (or found as wanted); what counts now is what runs. */
export function assessSettled(running: Running): Verdicts {
  const { workload } = running;
  if (workload?.wanted === 0) return assessStopped(running);
  const progress = progressOf(running);
  return {
    Ready: progress === undefined ? yes('Running', readyText(workload)) : no('NotReady', progress),
    Available: available(workload),
    Reconciling: progress === undefined ? notReconciling : yes('RollingOut', progress),
    Stalled: notStalled,
    PolicySynced: policySynced(running),
    Degraded: notDegraded,
  };
}

function assessStopped(running: Running): Verdicts {
  const gone = running.workload?.isRolledOut === true;
  const message = gone ? 'stopped: no pods, data kept' : 'stopping: pods are shutting down';
  return {
    Ready: gone ? yes('Stopped', message) : no('Stopping', message),
    Available: no('Stopped', message),
    Reconciling: gone ? notReconciling : yes('Stopping', message),
    Stalled: notStalled,
    PolicySynced: yes('Stopped', `policy ${running.policyRevision ?? ''} is in place for the next start`),
    Degraded: notDegraded,
  };
}

/**
 * A pass came as far as it could.
 * @param failed what could not be applied, fights aside: those are told the same whether this pass won or waited
 */
export function assessApplied(
  failed: readonly ObjectResult[],
  { fought, held }: Pick<LastingTrouble, 'fought' | 'held'>,
  running: Running,
): Verdicts {
  if (failed.length > 0 || fought.length > 0) return assessFailed([...failed, ...fought], running);
  const verdicts = assessSettled(running);
  // What was asked for runs; what nobody asked for is still there.
  return held === undefined ? verdicts : { ...verdicts, Degraded: yes('DeletionBlocked', held) };
}

/** Not everything could be applied; the queue tries again. */
export function assessFailed(results: readonly ObjectResult[], running: Running): Verdicts {
  const failed = results.filter(({ action }) => action === 'failed' || action === 'waiting');
  const message = failed.map(({ key, error, until }) => `${key}: ${error?.message ?? waitText(until)}`).join(' | ');
  const needsPerson = failed.some(({ error }) => isInvalid(error) || error instanceof ForeignObjectError);
  return {
    Ready: no('ApplyFailed', message),
    Available: available(running.workload),
    Reconciling: needsPerson ? no('Stalled', message) : yes('Retrying', message),
    Stalled: needsPerson ? yes('Refused', message) : notStalled,
    PolicySynced: unknown('ApplyFailed', 'not every object could be applied'),
    Degraded: yes(failed.some(({ error }) => error instanceof FieldFightError) ? 'FieldFight' : 'ApplyFailed', message),
  };
}

function waitText(until: string | undefined): string {
  return until === undefined ? 'is being deleted, and is made anew after that' : `waits until ${until}`;
}

/** The pass itself came to no end, again and again. */
export function assessPassFailed(message: string, running: Running): Verdicts {
  return {
    Ready: no('PassFailed', message),
    Available: available(running.workload),
    Reconciling: yes('Retrying', message),
    Stalled: notStalled,
    PolicySynced: unknown('PassFailed', message),
    Degraded: yes('PassFailed', message),
  };
}

/** There is nothing to apply; what runs is left as it is. @param degraded what of that is not as it was applied last */
export function assessRefused(
  { reason, message }: Refusal,
  running: Running,
  degraded = no('LeftAsItIs', 'what runs is left as it is'),
): Verdicts {
  return {
    Ready: no(reason, message),
    Available: available(running.workload),
    Reconciling: no('Stalled', 'waits for a change of the spec'),
    Stalled: yes(reason, message),
    PolicySynced: unknown(reason, 'what runs is left as it is'),
    Degraded: degraded,
  };
}

/** The token Secret was given another name, and the pods do not have it yet. */
export function assessNewToken(cause: 'rotation' | 'loss', running: Running): Verdicts {
  const why = cause === 'rotation' ? 'as asked for' : 'because its Secret is gone';
  const message = `a new gateway token is made, ${why}`;
  return {
    Ready: no('NewToken', message),
    Available: available(running.workload),
    Reconciling: yes('NewToken', message),
    Stalled: notStalled,
    PolicySynced: no('NewToken', message),
    Degraded: notDegraded,
  };
}

/** The runner does not touch the tenant. */
export function assessPaused(running: Running): Verdicts {
  const message = 'paused by the annotation cellwright.dev/paused: the runner leaves the tenant as it is';
  return {
    Ready: unknown('Paused', message),
    Available: available(running.workload),
    Reconciling: no('Paused', message),
    Stalled: no('Paused', message),
    PolicySynced: unknown('Paused', message),
    Degraded: unknown('Paused', message),
  };
}

/** Git applies the objects; what of them is not as the spec asks is told and left to Git. */
export function assessObserved({ notApplied, drift, isWhole }: DriftReport, running: Running): Verdicts {
  const verdicts = notApplied === '' ? assessSettled(running) : assessNotApplied(notApplied, running);
  if (drift === '') return verdicts;
  const message = `not as the spec asks, for Git to set back: ${drift}`;
  return {
    ...verdicts,
    // An opened wall is no reason to call a gateway that serves not ready; another image is.
    ...(isWhole || notApplied !== ''
      ? {}
      : { Ready: no('Drift', message), Reconciling: yes('WaitingForGit', message) }),
    Degraded: yes('Drift', message),
  };
}

function assessNotApplied(notApplied: string, running: Running): Verdicts {
  const message = `not applied from Git yet: ${notApplied}`;
  return {
    Ready: no('NotApplied', message),
    Available: available(running.workload),
    Reconciling: yes('WaitingForGit', message),
    Stalled: notStalled,
    PolicySynced: no('NotApplied', message),
    Degraded: notDegraded,
  };
}

/** The tenant is being deleted. */
export function assessDeleting(message: string, running: Running): Verdicts {
  return {
    Ready: no('Deleting', message),
    Available: available(running.workload),
    Reconciling: yes('Deleting', message),
    Stalled: notStalled,
    PolicySynced: unknown('Deleting', message),
    Degraded: notDegraded,
  };
}

/** The tenant is one of too many that are being deleted. */
export function assessHeld(message: string, running: Running): Verdicts {
  return {
    Ready: no(massDeletionReason, message),
    Available: available(running.workload),
    Reconciling: no('Stalled', message),
    Stalled: yes(massDeletionReason, message),
    PolicySynced: unknown(massDeletionReason, 'what runs is left as it is'),
    Degraded: no('LeftAsItIs', 'what runs is left as it is'),
  };
}

/** Why the spec is not reached yet, or undefined when it is. */
function progressOf({ workload, podProblems, namespace }: Running): string | undefined {
  if (workload === undefined) return 'the StatefulSet gateway does not exist yet';
  const { ready, wanted, created, isRolledOut } = workload;
  if (ready >= wanted && isRolledOut) return undefined;
  if (created < wanted) {
    return `gateway ${ready}/${wanted} ready: ${created} of ${wanted} pods exist; kubectl -n ${namespace} describe statefulset gateway says why`;
  }
  const why = podProblems.length > 0 ? podProblems.join(' | ') : 'the new revision is rolling out';
  return `gateway ${ready}/${wanted} ready: ${why}`;
}

function readyText(workload: WorkloadFacts | undefined): string {
  return `gateway ${workload?.ready ?? 0}/${workload?.wanted ?? 0} ready`;
}

function available(workload: WorkloadFacts | undefined): Verdict {
  if (workload === undefined) return no('NoWorkload', 'there is no gateway');
  return workload.ready > 0 ? yes('Serving', readyText(workload)) : no('NoReadyPod', readyText(workload));
}

function policySynced({ workload, policyRevision, withoutEffect = '' }: Running): Verdict {
  const revision = policyRevision ?? '';
  const isServed = workload !== undefined && workload.isRolledOut && workload.ready >= workload.wanted;
  return isServed
    ? yes('Serving', `every gateway pod serves policy ${revision}${besides(withoutEffect)}`)
    : no('RollingOut', `policy ${revision} reaches the pods with the rollout${besides(withoutEffect)}`);
}

/** No reason to stand still, and nobody else would say it. */
function besides(withoutEffect: string): string {
  return withoutEffect === '' ? '' : `; without effect: ${withoutEffect}`;
}
