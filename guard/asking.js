/** One question, one verdict: whatever is not a clear allow of the wanted revision is none. */
import { messageOf } from './opa-client.js';

/**
 * @typedef {import('./host.d.ts').Question} Question
 * @typedef {import('./host.d.ts').Verdict} Verdict
 * @typedef {{ opa: import('./host.d.ts').OpaClient, config: import('./host.d.ts').GuardConfig, metrics: import('./host.d.ts').Metrics }} Parts
 */

/** @param {Parts} parts @param {Question} question @returns {Promise<Verdict>} */
export async function ask(parts, question) {
  const started = performance.now();
  const verdict = await verdictOf(parts, question);
  if (verdict.outcome === 'error') {
    parts.metrics.count('cellwright_opa_errors_total');
  }
  parts.metrics.observe((performance.now() - started) / 1000);
  parts.metrics.count('cellwright_decisions_total', { kind: question.kind, outcome: verdict.outcome });
  return verdict;
}

/**
 * Why something that cannot wait for a person may not be; a question that cannot even be made is denied as well.
 * @param {Parts} parts @param {() => Question[]} questionsOf each of them needs an allow
 * @returns {Promise<string | undefined>}
 */
export async function refusal(parts, questionsOf) {
  try {
    for (const question of questionsOf()) {
      const verdict = await ask(parts, question);
      if (verdict.outcome !== 'allow') {
        return 'reason' in verdict ? verdict.reason : 'it needs approval';
      }
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** @param {Parts} parts @param {Question} question @returns {Promise<Verdict>} */
async function verdictOf({ opa, config, metrics }, question) {
  let decision;
  try {
    decision = await opa.decide(question);
  } catch (error) {
    return { outcome: 'error', reason: `policy gave no answer: ${messageOf(error)}` };
  }
  if (decision.auditRego === true) {
    // For the log alone: nobody waits for it, and its errors decide nothing.
    opa.note('audit', question).catch(() => metrics.count('cellwright_audit_errors_total'));
  }
  if (decision.revision !== config.revision) {
    return { outcome: 'error', reason: 'policy is of another revision than this cell wants' };
  }
  if (!decision.allow) {
    return { outcome: 'deny', reason: decision.reasons.join('; ') || 'policy does not allow it' };
  }
  return decision.requireApproval ? { outcome: 'approve', reasons: decision.reasons } : { outcome: 'allow' };
}
