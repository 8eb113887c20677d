/** The part of Telegram's Bot API that a gateway's channel calls, with one bot and the people whom a test plays. */
import type { ServerResponse } from 'node:http';
import { Journal } from './journal.ts';
import { LoopbackServer, respond } from './loopback-server.ts';
import type { LoopbackRequest } from './loopback-server.ts';

/** The bot's token. */
export const botToken = '4242:a-bot-token-for-this-test-only';

const bot = { id: 4242, is_bot: true, first_name: 'Cell', username: 'cell_bot' };

/** A call of the API. */
export interface TelegramCall {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A text that the bot showed to somebody. */
export interface SentMessage {
  readonly method: string;
  readonly chat: number;
  readonly text: string;
  /** What pressing a button of it tells the bot. */
  readonly buttons: readonly string[];
}

/** Methods whose answer the channel does not look at. */
const acknowledged: readonly string[] = [
  'answerCallbackQuery',
  'deleteMessage',
  'deleteMyCommands',
  'deleteWebhook',
  'editMessageReplyMarkup',
  'sendChatAction',
  'setMessageReaction',
  'setMyCommands',
];

/** A running Bot API. */
export class TelegramServer implements AsyncDisposable {
  readonly #calls = new Journal<TelegramCall>('calls of Telegram');
  readonly #sent = new Journal<SentMessage>('messages to Telegram');
  readonly #unknown = new Set<string>();
  #updates: { readonly update_id: number }[] = [];
  #poll: (() => void) | undefined;
  #id = 0;
  #server: LoopbackServer | undefined;

  static async start(): Promise<TelegramServer> {
    const telegram = new TelegramServer();
    telegram.#server = await LoopbackServer.start((request) => telegram.#answer(request));
    return telegram;
  }

  /** The channel's `apiRoot`. */
  get url(): string {
    return this.#server?.url ?? '';
  }

  /** Every call but polls. */
  get calls(): readonly TelegramCall[] {
    return this.#calls.all;
  }

  /** Everything that was shown to somebody. */
  get sent(): readonly SentMessage[] {
    return this.#sent.all;
  }

  /** Methods that this API does not know. */
  get unknown(): readonly string[] {
    return [...this.#unknown];
  }

  /** A person writes to the bot. */
  write(user: number, text: string): void {
    this.#push({ message: this.#message({ user, chat: { id: user, type: 'private' }, text }) });
  }

  /** A person writes in a group whose id is negative. */
  writeInGroup(user: number, group: number, text: string): void {
    this.#push({ message: this.#message({ user, chat: { id: group, type: 'supergroup', title: 'Group' }, text }) });
  }

  /** A person presses a button of a message. */
  press(user: number, data: string): void {
    const message = { ...this.#message({ user, chat: { id: user, type: 'private' }, text: 'buttons' }), from: bot };
    this.#push({ callback_query: { id: String(++this.#id), from: person(user), chat_instance: '1', data, message } });
  }

  /** The first message to a chat that has a text in it. */
  untilSent(chat: number, text: string): Promise<SentMessage> {
    return this.#sent.until(`"${text}" to ${chat}`, (one) => one.chat === chat && one.text.includes(text));
  }

  /** The next message to a chat after a number of messages that were sent already. */
  async untilSentAfter(chat: number, before: number): Promise<SentMessage> {
    return this.#sent.until(
      `message ${before + 1}, to ${chat}`,
      (one) => one.chat === chat && this.sent.indexOf(one) >= before,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  #push(content: object): void {
    this.#updates.push({ update_id: ++this.#id, ...content });
    this.#poll?.();
  }

  #message({ user, chat, text }: { readonly user: number; readonly chat: object; readonly text: string }): object {
    const command = /^\/\w+/.exec(text)?.[0];
    const entities =
      command === undefined ? {} : { entities: [{ type: 'bot_command', offset: 0, length: command.length }] };
    return { message_id: ++this.#id, date: Math.floor(Date.now() / 1000), from: person(user), chat, text, ...entities };
  }

  #answer({ path, body, response }: LoopbackRequest): void {
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? [];
    const params = body as TelegramCall['params'];
    if (token !== botToken) {
      respond(response, 401, { ok: false, error_code: 401, description: 'Unauthorized' });
    } else if (method === 'getUpdates') {
      this.#longPoll(params, response);
    } else {
      this.#calls.add({ method, params });
      this.#result(method, { params, response });
    }
  }

  #result(method: string, { params, response }: { params: TelegramCall['params']; response: ServerResponse }): void {
    const chat = { id: Number(params['chat_id']), type: 'private' };
    if (typeof params['text'] === 'string' && 'chat_id' in params) {
      const { text } = params;
      this.#sent.add({ method, chat: chat.id, text, buttons: buttonsOf(params['reply_markup']) });
      const id = Number(params['message_id'] ?? ++this.#id);
      ok(response, { message_id: id, date: Math.floor(Date.now() / 1000), from: bot, chat, text });
    } else if (method === 'getMe') {
      ok(response, bot);
    } else if (method === 'getChat') {
      ok(response, { ...chat, first_name: `User ${chat.id}` });
    } else if (acknowledged.includes(method)) {
      ok(response, true);
    } else {
      this.#unknown.add(method);
      respond(response, 404, { ok: false, error_code: 404, description: 'Not Found' });
    }
  }

  /** Holds the request until an update comes; a new poll lets an older one go, since a bot has one reader. */
  #longPoll(params: TelegramCall['params'], response: ServerResponse): void {
    const offset = Number(params['offset'] ?? 0);
    this.#updates = this.#updates.filter(({ update_id }) => update_id >= offset);
    this.#poll?.();
    const answer = (): void => {
      clearTimeout(timer);
      this.#poll = undefined;
      ok(response, this.#updates);
    };
    const timer = setTimeout(answer, this.#updates.length > 0 ? 0 : Number(params['timeout'] ?? 0) * 1000);
    this.#poll = answer;
    response.once('close', () => {
      clearTimeout(timer);
      if (this.#poll === answer) {
        this.#poll = undefined;
      }
    });
  }
}

function person(id: number): object {
  return { id, is_bot: false, first_name: `User ${id}` };
}

function ok(response: ServerResponse, result: unknown): void {
  respond(response, 200, { ok: true, result });
}

function buttonsOf(markup: unknown): string[] {
  const value: unknown = typeof markup === 'string' ? JSON.parse(markup) : markup;
  const rows = (value as { inline_keyboard?: { callback_data?: string }[][] } | undefined)?.inline_keyboard ?? [];
  return rows.flat().flatMap(({ callback_data: data }) => (data === undefined ? [] : [data]));
}
