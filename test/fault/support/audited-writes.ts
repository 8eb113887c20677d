/** What the audit log says of runners that take turns by a lease. */
import { runnerAgent } from '../../api/support/audit-log.ts';
import type { AuditRequest } from '../../api/support/audit-log.ts';

/** The lease of an election. */
interface Election {
  readonly name: string;
  readonly deadlineMs: number;
}

const writing = new Set(['create', 'update', 'patch', 'delete']);

/** Whether a runner of these tests writes something that is not the lease. */
export function isFleetWrite({ userAgent, verb, resource }: AuditRequest): boolean {
  return userAgent.startsWith(runnerAgent) && writing.has(verb) && resource !== 'leases';
}

/** Whether a runner of these tests has taken, renewed or given back the lease. */
export function isLeaseWriteOf(request: AuditRequest, { name }: Pick<Election, 'name'>): boolean {
  const { userAgent, verb, resource, status } = request;
  // RBAC and audit know no name of an object that is only being created.
  const isTheLease = resource === 'leases' && (request.name === name || verb === 'create');
  return isTheLease && userAgent.startsWith(runnerAgent) && writing.has(verb) && status < 300;
}

/**
 * How much later than it was sent a write may be received, in milliseconds. The fence is asked when the request goes onto the
 * wire; the proxy, which shares its processor with the test and the control planes, and the API server's own queue come after
 * that. Together with the deadline it is less than the time after which another may lead.
 */
const onTheWireMs = 1800;

/**
 * Fleet writes that no leader may have sent: received after the lease was written by another runner, or longer after the
 * writer's own last renewal than its deadline.
 */
export function unfencedWrites(requests: readonly AuditRequest[], election: Election): AuditRequest[] {
  const inOrder = [...requests].sort((left, right) => (left.received < right.received ? -1 : 1));
  const renewed = new Map<string, number>();
  let holder: string | undefined;
  return inOrder.filter((request) => {
    const received = Date.parse(request.received);
    if (isLeaseWriteOf(request, election)) {
      holder = request.userAgent;
      renewed.set(holder, received);
    }
    if (!isFleetWrite(request) || holder === undefined) return false;
    const since = renewed.get(request.userAgent);
    // Its renewal may lie before the first request of these; then the other's does not.
    const isLate = since !== undefined && received - since > election.deadlineMs + onTheWireMs;
    return request.userAgent !== holder || isLate;
  });
}
