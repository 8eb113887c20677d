/** What a tool call gets: pass, a person's approval, or a block. Anything but a clear allow is a block. */
import { messageOf } from './opa-client.js';

/**
 * @typedef {{ toolName: string, params?: unknown }} ToolEvent
 * @typedef {{ toolName: string, agentId?: string, sessionKey?: string, channelId?: string, requester?: { channel?: string, senderId?: string, senderIsOwner?: boolean } }} ToolContext
 * @typedef {{ opa: import('./opa-client.js').OpaClient, config: import('./index.js').GuardConfig, pluginId: string }} Guard
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
export async function toolDecision({ opa, config, pluginId }, event, context) {
  let decision;
  try {
    decision = await opa.decide(question(config.tenant, event, context));
  } catch (error) {
    return block(`policy gave no answer: ${messageOf(error)}`);
  }
  if (decision.revision !== config.revision) {
    return block('policy is of another revision than this cell wants');
  }
  if (!decision.allow) {
    return block(decision.reasons.join('; ') || 'policy does not allow it');
  }
  return decision.requireApproval ? { requireApproval: approval(pluginId, event, decision.reasons) } : {};
}

/**
 * @param {string} tenant
 * @param {ToolEvent} event
 * @param {ToolContext} context whose requester is what OpenClaw itself derived from the message, never what a message says
 * @returns {import('./opa-client.js').Question}
 */
function question(tenant, event, { agentId, sessionKey, channelId, requester }) {
  const channel = requester?.channel ?? channelId;
  return {
    tenant,
    kind: 'tool',
    name: event.toolName,
    params: event.params,
    ...(agentId !== undefined && { agent: agentId }),
    ...(sessionKey !== undefined && { session: sessionKey }),
    ...(channel !== undefined && { channel }),
    ...(channel !== undefined &&
      requester?.senderId !== undefined && { requester: `${channel}:${requester.senderId}` }),
    ...(requester?.senderIsOwner !== undefined && { owner: requester.senderIsOwner }),
  };
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
