/** Tool calls: asked before all hooks, and held fast behind them. */
import { ask } from './asking.js';
import { toolQuestion } from './questions.js';

/** @typedef {import('./host.d.ts').ToolEvent} ToolEvent @typedef {import('./host.d.ts').ToolContext} ToolContext */

/** OpenClaw's bounds on the text of an approval, and how long a person has for it. */
const maxTitle = 80;
const maxDescription = 512;
const approvalMs = 120_000;
/** Calls between policy and hook at one time; far above what a gateway runs at once. */
const maxJudged = 1000;
/** How the ids of calls begin that a skill's command makes past the model: OpenClaw does not say who sent the command. */
const dispatched = 'cmd_';

/** @typedef {import('./asking.js').Parts & { pluginId: string, judged: Map<string, string> }} ToolParts */

/** @param {ToolParts} parts */
export function toolGate(parts) {
  const { judged } = parts;

  /** The trusted policy. @param {ToolEvent} event @param {ToolContext} context */
  async function evaluate(event, context) {
    const verdict = event.toolCallId?.startsWith(dispatched)
      ? { outcome: 'deny', reason: 'a command of a skill may not call a tool past the model' }
      : await ask(parts, toolQuestion(parts.config.tenant, event, context));
    if ('reason' in verdict) {
      return { block: true, blockReason: `cellwright: ${verdict.reason}` };
    }
    const pass = () => {
      if (event.toolCallId !== undefined && judged.size < maxJudged) {
        judged.set(event.toolCallId, JSON.stringify(event.params));
      }
    };
    if (verdict.outcome === 'approve') {
      return { requireApproval: approval(parts, event, { reasons: verdict.reasons, pass }) };
    }
    pass();
    return {};
  }

  /**
   * The hook: passes what policy judged with these very parameters, and asks again otherwise. Its answer has the parameters
   * in it, since of several hooks that change them the last one wins.
   * @param {ToolEvent} event @param {ToolContext} context
   */
  async function holdFast(event, context) {
    const key = event.toolCallId ?? '';
    const isJudged = judged.get(key) === JSON.stringify(event.params);
    const result = isJudged ? {} : await evaluate(event, context);
    judged.delete(key);
    return 'block' in result ? result : { ...result, params: event.params };
  }

  return { evaluate, holdFast };
}

/**
 * @param {ToolParts} parts
 * @param {ToolEvent} event
 * @param {{ reasons: string[], pass: () => void }} verdict why, and what to do when a person says yes
 */
function approval({ opa, config, metrics, pluginId }, { toolName: name, toolCallId: call }, { reasons, pass }) {
  return {
    // Without it OpenClaw rejects every approval that a trusted policy asks for.
    pluginId,
    title: `Allow ${name}?`.slice(0, maxTitle),
    description: (reasons.join('; ') || 'policy asks for approval').slice(0, maxDescription),
    severity: 'warning',
    timeoutMs: approvalMs,
    allowedDecisions: ['allow-once', 'deny'],
    /** @param {string} outcome allow-once, deny, timeout or cancelled */
    onResolution: async (outcome) => {
      if (outcome === 'allow-once') {
        pass();
      }
      metrics.count('cellwright_approvals_total', { outcome });
      await opa.note('outcome', { tenant: config.tenant, kind: 'approval', name, call, outcome });
    },
  };
}
