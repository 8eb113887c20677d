/** Questions from what OpenClaw hands to a hook: only what it derived itself, never what a message says of its sender. */

/** @typedef {import('./host.d.ts').Question} Question */

/**
 * @param {string} tenant
 * @param {import('./host.d.ts').ToolEvent} event
 * @param {import('./host.d.ts').ToolContext} context
 * @returns {Question}
 */
export function toolQuestion(tenant, event, { agentId, sessionKey, requester }) {
  const channel = requester?.channel;
  return known({
    tenant,
    kind: 'tool',
    name: event.toolName,
    params: event.params,
    toolKind: event.toolKind,
    paths: event.derivedPaths,
    agent: agentId,
    session: sessionKey,
    channel,
    requester: person(channel, requester?.senderId),
    owner: requester?.senderIsOwner,
  });
}

/**
 * @param {string} tenant
 * @param {import('./host.d.ts').RunEvent} event
 * @param {import('./host.d.ts').RunContext} context
 * @returns {Question}
 */
export function modelQuestion(tenant, event, context) {
  const channel = channelOfRun(context);
  return known({
    tenant,
    kind: 'model',
    name: `${context.modelProviderId}/${context.modelId}`,
    agent: context.agentId,
    session: context.sessionKey,
    channel,
    requester: person(channel, event.senderId),
    owner: event.senderIsOwner,
    trigger: context.trigger,
  });
}

/**
 * The sender once more, where a run knows one: `before_dispatch` is not on every way into a run.
 * @param {string} tenant
 * @param {import('./host.d.ts').RunEvent} event
 * @param {import('./host.d.ts').RunContext} context
 * @returns {Question | undefined}
 */
export function runSenderQuestion(tenant, event, context) {
  const channel = channelOfRun(context);
  return event.senderId === undefined
    ? undefined
    : known({
        tenant,
        kind: 'inbound',
        channel,
        requester: person(channel, event.senderId),
        session: context.sessionKey,
        owner: event.senderIsOwner,
      });
}

/**
 * @param {string} tenant
 * @param {import('./host.d.ts').InboundEvent} event
 * @param {import('./host.d.ts').InboundContext} context
 * @returns {Question}
 */
export function inboundQuestion(tenant, event, context) {
  const channel = event.channel ?? context.channelId;
  return known({
    tenant,
    kind: 'inbound',
    channel,
    requester: person(channel, event.senderId ?? context.senderId),
    session: event.sessionKey ?? context.sessionKey,
    params: { text: event.content, group: event.isGroup },
  });
}

/**
 * @param {string} tenant
 * @param {import('./host.d.ts').OutboundEvent} event
 * @param {import('./host.d.ts').OutboundContext} context
 * @returns {Question}
 */
export function outboundQuestion(tenant, event, context) {
  const named = event.metadata?.channel;
  const channel = typeof named === 'string' ? named : context.channelId;
  const name = channel === undefined || event.to.startsWith(`${channel}:`) ? event.to : `${channel}:${event.to}`;
  return known({
    tenant,
    kind: 'outbound',
    channel,
    name,
    session: context.sessionKey,
    params: { text: event.content },
  });
}

/**
 * @param {string} tenant
 * @param {import('./host.d.ts').PayloadEvent} event
 * @param {import('./host.d.ts').OutboundContext} context
 * @returns {Question | undefined}
 */
export function payloadQuestion(tenant, { payload, channel = '' }, context) {
  return typeof payload.text === 'string' && payload.text.trim() !== ''
    ? undefined
    : known({
        tenant,
        kind: 'outbound',
        channel: channel || context.channelId,
        name: target(channel || context.channelId, context.conversationId),
        session: context.sessionKey,
      });
}

/** A run's `channelId` is the conversation. @param {import('./host.d.ts').RunContext} context */
function channelOfRun({ channel, messageProvider }) {
  return channel ?? messageProvider;
}

/** Some channels hand out `channel:id`, some the id alone. @param {string | undefined} channel @param {string | undefined} to */
function target(channel, to) {
  return channel === undefined || to === undefined || to.startsWith(`${channel}:`) ? to : `${channel}:${to}`;
}

/** @param {string | undefined} channel @param {string | undefined} id */
function person(channel, id) {
  return channel === undefined || id === undefined ? undefined : `${channel}:${id}`;
}

/** @param {{ [Key in keyof Question]: Question[Key] | undefined }} question @returns {Question} */
function known(question) {
  const entries = Object.entries(question).filter(([, value]) => value !== undefined);
  return /** @type {Question} */ (/** @type {unknown} */ (Object.fromEntries(entries)));
}
