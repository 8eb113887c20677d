/** A model's turn in the words of the OpenAI chat-completions API. */
import { randomUUID } from 'node:crypto';

/** What a model does: say a text, or call a tool. */
export type Turn = { readonly say: string } | { readonly call: string; readonly with?: object };

/** Tokens of every turn. */
export const usage = { prompt_tokens: 1200, completion_tokens: 34, total_tokens: 1234 };

/** The whole answer at once. */
export function completion(model: string, turn: Turn): object {
  const { content, tool_calls } = messageOf(turn);
  return {
    ...head(model, 'chat.completion'),
    choices: [{ index: 0, message: { role: 'assistant', content, tool_calls }, finish_reason: finishReason(turn) }],
    usage,
  };
}

/** The answer as server-sent events: the message, its end, the usage. */
export function completionStream(model: string, turn: Turn): string {
  const { content, tool_calls } = messageOf(turn);
  const start = head(model, 'chat.completion.chunk');
  const delta = { role: 'assistant', content, tool_calls: tool_calls?.map((call, index) => ({ index, ...call })) };
  const chunks = [
    { ...start, choices: [{ index: 0, delta, finish_reason: null }] },
    { ...start, choices: [{ index: 0, delta: {}, finish_reason: finishReason(turn) }] },
    { ...start, choices: [], usage },
  ];
  return [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('');
}

interface WireMessage {
  readonly content: string | null;
  readonly tool_calls?: readonly object[];
}

function messageOf(turn: Turn): WireMessage {
  if ('say' in turn) {
    return { content: turn.say };
  }
  const call = { name: turn.call, arguments: JSON.stringify(turn.with ?? {}) };
  return { content: null, tool_calls: [{ id: `call_${randomUUID()}`, type: 'function', function: call }] };
}

function finishReason(turn: Turn): string {
  return 'say' in turn ? 'stop' : 'tool_calls';
}

function head(model: string, object: string): object {
  return { id: `chatcmpl-${randomUUID()}`, object, created: Math.floor(Date.now() / 1000), model };
}
