/** Calls of the gateway's own methods over its WebSocket, with the rights of whoever holds the gateway token. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** An error that the gateway answered. */
export class GatewayRpcError extends Error {
  readonly code: string;

  constructor(method: string, { code, message }: { readonly code: string; readonly message: string }) {
    super(`${method}: ${code}: ${message}`);
    this.name = 'GatewayRpcError';
    this.code = code;
  }
}

interface Frame {
  readonly type: 'req' | 'res' | 'event';
  readonly id?: string;
  readonly event?: string;
  readonly ok?: boolean;
  readonly payload?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

interface Pending {
  readonly method: string;
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Version of the protocol that the pinned OpenClaw speaks. */
const protocol = 4;

/** Seconds until a call without an answer fails. */
const patience = 120;

/** A connection. */
export class GatewayRpc implements Disposable {
  readonly #socket: WebSocket;
  readonly #pending = new Map<string, Pending>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data)) as Frame));
    socket.addEventListener('close', ({ code, reason }) => this.#fail(`the gateway closed: ${code} ${reason}`));
  }

  /** Connects, again while the gateway says that it is still starting. */
  static async connect(url: string, token: string): Promise<GatewayRpc> {
    const end = Date.now() + patience * 1000;
    for (;;) {
      const rpc = new GatewayRpc(new WebSocket(url.replace(/^http/, 'ws')));
      try {
        await rpc.#introduce(token);
        return rpc;
      } catch (error) {
        rpc[Symbol.dispose]();
        if (!(error instanceof GatewayRpcError) || error.code !== 'UNAVAILABLE' || Date.now() > end) {
          throw error;
        }
      }
      await sleep(250);
    }
  }

  /** What a method answers. */
  call(method: string, params: object = {}): Promise<unknown> {
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new Error(`${method}: no answer for ${patience} s`));
      }, patience * 1000);
      const settle =
        <Value>(how: (value: Value) => void) =>
        (value: Value): void => {
          clearTimeout(timer);
          how(value);
        };
      this.#pending.set(id, { method, resolve: settle(resolve), reject: settle(reject) });
      this.#socket.send(JSON.stringify({ type: 'req', id, method, params }));
    });
  }

  /** Runs the agent on a message to its end and gives how it ended. */
  async runAgent(message: string, params: object = {}): Promise<unknown> {
    const accepted = await this.call('agent', { message, idempotencyKey: randomUUID(), ...params });
    const { runId } = accepted as { readonly runId: string };
    return this.call('agent.wait', { runId, timeoutMs: patience * 1000 });
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  /** Says who is calling after the gateway's first frame: a client on loopback that holds the token needs no device. */
  async #introduce(token: string): Promise<void> {
    await new Promise((resolve, reject) => {
      this.#pending.set('connect.challenge', { method: 'connect.challenge', resolve, reject });
    });
    await this.call('connect', {
      minProtocol: protocol,
      maxProtocol: protocol,
      client: { id: 'gateway-client', version: '1.0.0', platform: process.platform, mode: 'backend' },
      role: 'operator',
      scopes: ['operator.admin', 'operator.read', 'operator.write', 'operator.approvals'],
      caps: [],
      auth: { token },
    });
  }

  #receive(frame: Frame): void {
    const id = frame.type === 'event' ? (frame.event ?? '') : (frame.id ?? '');
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (frame.type === 'res' && frame.ok !== true) {
      pending?.reject(new GatewayRpcError(pending.method, frame.error ?? { code: 'UNKNOWN', message: 'no reason' }));
    } else {
      pending?.resolve(frame.payload);
    }
  }

  #fail(reason: string): void {
    for (const { method, reject } of this.#pending.values()) {
      reject(new Error(`${method}: ${reason}`));
    }
    this.#pending.clear();
  }
}
