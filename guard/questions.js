/** Questions from what OpenClaw hands to a hook: only what it derived itself, never what a message says of its sender. */

/** @type {import('./host.d.ts').ToolQuestion} */
export function toolQuestion(tenant, event, { agentId: agent, sessionKey: session, requester = {} }) {
  const { toolName: name, params, toolKind, derivedPaths: paths } = event;
  const who = asker(requester.channel, requester.senderId, requester.senderIsOwner);
  return { tenant, kind: 'tool', name, params, toolKind, paths, agent, session, ...who };
}

/**
 * The model, and the sender once more where a run knows one: `before_dispatch` is not on every way into a run.
 * @type {import('./host.d.ts').RunQuestions}
 */
export function runQuestions(tenant, { senderId, senderIsOwner }, context) {
  const { agentId: agent, sessionKey: session, trigger } = context;
  // A run's `channelId` is the conversation.
  const who = asker(context.channel ?? context.messageProvider, senderId, senderIsOwner);
  const name = `${context.modelProviderId}/${context.modelId}`;
  /** @type {import('./host.d.ts').Question} */
  const model = { tenant, kind: 'model', name, agent, session, trigger, ...who };
  return senderId === undefined ? [model] : [{ tenant, kind: 'inbound', session, ...who }, model];
}

/** @type {import('./host.d.ts').InboundQuestions} */
export function inboundQuestions(tenant, event, context) {
  const session = event.sessionKey ?? context.sessionKey;
  const who = asker(event.channel ?? context.channelId, event.senderId ?? context.senderId);
  return [{ tenant, kind: 'inbound', session, params: { text: event.content, group: event.isGroup }, ...who }];
}

/** @type {import('./host.d.ts').OutboundQuestions} */
export function outboundQuestions(tenant, { to, content: text, metadata }, { channelId, sessionKey: session }) {
  const channel = typeof metadata?.channel === 'string' ? metadata.channel : channelId;
  return [{ tenant, kind: 'outbound', channel, name: qualified(channel, to), session, params: { text } }];
}

/**
 * None for what has a text: that comes to `outboundQuestions`.
 * @type {import('./host.d.ts').PayloadQuestions}
 */
export function payloadQuestions(
  tenant,
  { payload, channel: named },
  { channelId, conversationId, sessionKey: session },
) {
  const channel = named || channelId;
  const hasText = typeof payload.text === 'string' && payload.text.trim() !== '';
  return hasText ? [] : [{ tenant, kind: 'outbound', channel, name: qualified(channel, conversationId), session }];
}

/** @param {string | undefined} channel @param {string | undefined} id @param {boolean} [owner] */
function asker(channel, id, owner) {
  return { channel, requester: channel === undefined || id === undefined ? undefined : `${channel}:${id}`, owner };
}

/** Some channels hand out `channel:id`, some the id alone. @param {string | undefined} channel @param {string | undefined} id */
function qualified(channel, id) {
  return channel === undefined || id === undefined || id.startsWith(`${channel}:`) ? id : `${channel}:${id}`;
}
