/** Runs and messages. OpenClaw goes on when these hooks throw, so nothing here throws. */
import { refusal } from './asking.js';
import { inboundQuestions, outboundQuestions, payloadQuestions, runQuestions } from './questions.js';

/** @param {import('./asking.js').Parts} parts */
export function messageGate(parts) {
  const { tenant } = parts.config;
  return {
    /** @param {import('./host.d.ts').RunEvent} event @param {import('./host.d.ts').RunContext} context */
    async run(event, context) {
      const reason = await refusal(parts, () => runQuestions(tenant, event, context));
      parts.metrics.count('cellwright_runs_total', { outcome: reason === undefined ? 'started' : 'blocked' });
      // The reason stays inside: whoever writes to the agent learns no rules.
      return reason === undefined
        ? { outcome: 'pass' }
        : { outcome: 'block', reason: `cellwright: ${reason}`, message: 'Policy does not allow this.' };
    },

    /** @param {import('./host.d.ts').InboundEvent} event @param {import('./host.d.ts').InboundContext} context */
    async inbound(event, context) {
      const reason = await refusal(parts, () => inboundQuestions(tenant, event, context));
      // Handled and no text: a stranger gets no answer at all.
      return reason === undefined ? undefined : { handled: true };
    },

    /** @param {import('./host.d.ts').OutboundEvent} event @param {import('./host.d.ts').OutboundContext} context */
    async outbound(event, context) {
      const reason = await refusal(parts, () => outboundQuestions(tenant, event, context));
      return reason === undefined
        ? { content: event.content }
        : { cancel: true, cancelReason: `cellwright: ${reason}` };
    },

    /**
     * What has no text (a picture, buttons) does not come to `outbound` on every way; what has one does, and waits for it.
     * @param {import('./host.d.ts').PayloadEvent} event @param {import('./host.d.ts').OutboundContext} context
     */
    async payload(event, context) {
      const reason = await refusal(parts, () => payloadQuestions(tenant, event, context));
      return reason === undefined ? undefined : { cancel: true, reason: `cellwright: ${reason}` };
    },
  };
}
