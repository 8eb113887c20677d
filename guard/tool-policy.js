/** What a tool call gets: pass, a person's approval, or a block. Anything but a clear allow is a block. */

/**
 * @typedef {{ toolName: string, params?: unknown }} ToolEvent
 * @typedef {{ toolName: string, agentId?: string, sessionKey?: string, channelId?: string, requester?: { channel?: string } }} ToolContext
 * @typedef {{ ask: import('./opa-client.js').Ask, config: import('./index.js').GuardConfig, pluginId: string }} Guard
 */

/** OpenClaw's bounds on the text of an approval. */
const maxTitle = 80;
const maxDescription = 512;

/**
 * @param {Guard} guard
 * @param {ToolEvent} event
 * @param {ToolContext} context
 * @returns {Promise<object>} OpenClaw's PluginHookBeforeToolCallResult
 */
export async function toolDecision({ ask, config, pluginId }, event, context) {
  let decision;
  try {
    decision = await ask({
      tenant: config.tenant,
      kind: 'tool',
      name: event.toolName,
      agent: context.agentId,
      session: context.sessionKey,
      channel: context.requester?.channel ?? context.channelId,
      requester: context.requester,
      params: event.params,
    });
  } catch (error) {
    return block(`policy gave no answer: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
  if (decision.revision !== config.revision) {
    return block('policy is of another revision than this cell wants');
  }
  if (!decision.allow) {
    return block(decision.reasons.join('; ') || 'policy does not allow it');
  }
  return decision.requireApproval ? { requireApproval: approval(pluginId, event, decision.reasons) } : {};
}

/** @param {string} reason */
function block(reason) {
  return { block: true, blockReason: `cellwright: ${reason}` };
}

/**
 * @param {string} pluginId without it OpenClaw rejects every approval that a trusted policy asks for
 * @param {ToolEvent} event
 * @param {string[]} reasons
 */
function approval(pluginId, event, reasons) {
  return {
    pluginId,
    title: `Allow ${event.toolName}?`.slice(0, maxTitle),
    description: (reasons.join('; ') || 'policy asks for approval').slice(0, maxDescription),
    severity: 'warning',
    allowedDecisions: ['allow-once', 'deny'],
  };
}
