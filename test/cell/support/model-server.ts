/** A model behind the OpenAI chat-completions API, whose turns a test writes. */
import type { ServerResponse } from 'node:http';
import { Journal } from './journal.ts';
import { LoopbackServer, respond } from './loopback-server.ts';
import type { LoopbackRequest } from './loopback-server.ts';
import { completion, completionStream } from './model-wire.ts';
import type { Turn } from './model-wire.ts';

/** One message of a request, its content as one text. */
export interface ModelMessage {
  readonly role: string;
  readonly text: string;
  /** Names of the tools that an assistant message called. */
  readonly calls: readonly string[];
}

/** What the gateway asked the model. */
export interface ModelRequest {
  readonly model: string;
  readonly messages: readonly ModelMessage[];
  /** Names of the tools offered. */
  readonly tools: readonly string[];
}

/** A turn, or what decides it from the request. */
export type TurnOf = Turn | ((request: ModelRequest) => Turn | Promise<Turn>);

/** What the model says when no script is for a request, or its turns are over: nothing that anybody would be sent. */
const silence: Turn = { say: 'NO_REPLY' };

/** The gateway tells the model in a user message of its own what was said before; markers in there do not count. */
const hostContext = '<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>';

/** A running model. */
export class ModelServer implements AsyncDisposable {
  readonly #requests = new Journal<ModelRequest>('requests to the model');
  readonly #keys: string[] = [];
  readonly #scripts = new Map<string, readonly TurnOf[]>();
  #server: LoopbackServer | undefined;

  static async start(): Promise<ModelServer> {
    const model = new ModelServer();
    model.#server = await LoopbackServer.start((request) => model.#answer(request));
    return model;
  }

  /** The `baseUrl` of the provider. */
  get url(): string {
    return `${this.#server?.url ?? ''}/v1`;
  }

  /** The keys that came with the requests. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** Every request so far. */
  get requests(): readonly ModelRequest[] {
    return this.#requests.all;
  }

  /**
   * The turns that follow a user message with this text in it. They depend on the request alone (how often the model has
   * spoken since that message), so runs may overlap and repeat.
   */
  script(marker: string, ...turns: readonly TurnOf[]): void {
    this.#scripts.set(marker, turns);
  }

  /** Requests of the runs that a marker started. */
  requestsFor(marker: string): readonly ModelRequest[] {
    return this.requests.filter((request) => this.#current(request)?.marker === marker);
  }

  /** The request with which the model is told what its tool calls brought, the n-th since the marker. */
  async toolResult(marker: string, n = 1): Promise<string> {
    const request = await this.#requests.until(`tool result ${n} of "${marker}"`, (one) => {
      const current = this.#current(one);
      return current?.marker === marker && current.spoken >= n;
    });
    return request.messages.findLast(({ role }) => role === 'tool')?.text ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #answer({ method, path, bearer, body, response }: LoopbackRequest): Promise<void> {
    if (method !== 'POST' || !path.endsWith('/chat/completions')) {
      respond(response, 404, { error: { message: `this model has no ${method} ${path}` } });
      return;
    }
    const wire = body as WireRequest;
    const request = requestOf(wire);
    this.#keys.push(bearer ?? '');
    this.#requests.add(request);
    this.#speak(response, { wire, turn: await this.#turn(request) });
  }

  #speak(response: ServerResponse, { wire, turn }: { readonly wire: WireRequest; readonly turn: Turn }): void {
    if (wire.stream !== true) {
      respond(response, 200, completion(wire.model, turn));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(completionStream(wire.model, turn));
  }

  #turn(request: ModelRequest): Turn | Promise<Turn> {
    const current = this.#current(request);
    const turn = current?.turns[current.spoken] ?? silence;
    return typeof turn === 'function' ? turn(request) : turn;
  }

  /** The script of the latest user message that has one, and how often the model has spoken since. */
  #current({ messages }: ModelRequest): { marker: string; turns: readonly TurnOf[]; spoken: number } | undefined {
    for (const [index, { role, text }] of [...messages.entries()].reverse()) {
      const said = role === 'user' && !text.includes(hostContext) ? text : '';
      const script = [...this.#scripts].find(([marker]) => said.includes(marker));
      if (script !== undefined) {
        const spoken = messages.slice(index).filter((message) => message.role === 'assistant').length;
        return { marker: script[0], turns: script[1], spoken };
      }
    }
    return undefined;
  }
}

interface WireRequest {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly {
    readonly role: string;
    readonly content?: string | readonly { readonly text?: string }[] | null;
    readonly tool_calls?: readonly { readonly function: { readonly name: string } }[];
  }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

function requestOf({ model, messages, tools = [] }: WireRequest): ModelRequest {
  return {
    model,
    messages: messages.map(({ role, content, tool_calls: calls = [] }) => ({
      role,
      text: typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('\n'),
      calls: calls.map((call) => call.function.name),
    })),
    tools: tools.map((tool) => tool.function.name),
  };
}
