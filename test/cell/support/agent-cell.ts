/** A cell whose agent really runs: its model and its Telegram are servers of the test, everything else is the real thing. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PolicyBundleSpec } from '../../../constructs/api/types.gen.ts';
import { mergeFragments } from '../../../constructs/cell/settings/merge.ts';
import { cellPod, gatewayToken } from './cell.ts';
import { GatewayRpc } from './gateway-rpc.ts';
import { ModelServer } from './model-server.ts';
import type { LocalPod } from './pod.ts';
import { botToken, TelegramServer } from './telegram-server.ts';

/** The model of the tenant's agents. */
export const modelName = 'fake/scripted';

/** A model that the tenant has besides. */
export const otherModel = 'fake/other';

/** Ids of the people who may write to the bot, as far as the channel has a say. */
export const people = { ann: 1001, ben: 1002, cat: 1003 };

type Rules = NonNullable<PolicyBundleSpec['rules']>;
type Fragment = Readonly<Record<string, unknown>>;

/** What a test says of its cell. */
export interface AgentCellProps {
  /** Rules of the one bundle; a family that is left out is open. */
  readonly rules: Rules;
  /** Free Rego of the bundle. */
  readonly rego?: string;
  /** Goes over the fragment that every cell of these tests has. */
  readonly config?: Fragment;
  /** What somebody does to the pod's volumes once they are prepared, before anything runs. */
  readonly before?: (pod: LocalPod) => void;
}

/** Everything is allowed where a test says nothing: what it says is then what it is about. */
const open: Rules = {
  models: { allow: ['*'] },
  channels: { allow: ['*'] },
  senders: { allow: ['*'] },
  targets: { allow: ['*'] },
  agents: { allow: ['*'] },
};

/** A running cell and the world around it. */
export class AgentCell implements AsyncDisposable {
  readonly pod: LocalPod;
  readonly model: ModelServer;
  readonly telegram: TelegramServer;
  readonly rpc: GatewayRpc;
  readonly #held: AsyncDisposableStack;

  private constructor(parts: Pick<AgentCell, 'pod' | 'model' | 'telegram' | 'rpc'>, held: AsyncDisposableStack) {
    this.pod = parts.pod;
    this.model = parts.model;
    this.telegram = parts.telegram;
    this.rpc = parts.rpc;
    this.#held = held;
  }

  /** A cell that is ready, its channel polling. */
  static async start({ rules, rego, config = {}, before }: AgentCellProps): Promise<AgentCell> {
    await using held = new AsyncDisposableStack();
    const model = held.use(await ModelServer.start());
    const telegram = held.use(await TelegramServer.start());
    const fragment = mergeFragments(fragmentFor(model, telegram), config);
    const pod = held.use(
      await cellPod(
        { openclaw: { config: fragment }, credentials },
        { rules: { ...open, ...rules }, ...(rego !== undefined && { rego }) },
        { 'acme-keys': { model: 'a-model-key', telegram: botToken } },
      ),
    );
    await prepare(pod);
    before?.(pod);
    await run(pod);
    const rpc = held.use(await GatewayRpc.connect(pod.url(18789), gatewayToken));
    return new AgentCell({ pod, model, telegram, rpc }, held.move());
  }

  /** A file of the agent's workspace, on this machine. */
  workspace(file: string): string {
    return path.join(this.pod.volume('state'), 'state', 'workspace', file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held.disposeAsync();
  }
}

const secret = (key: string): { readonly name: string; readonly key: string } => ({ name: 'acme-keys', key });

const credentials = [
  { name: 'model', env: 'FAKE_API_KEY', secretRef: secret('model') },
  { name: 'telegram', channel: 'telegram' as const, secretRef: secret('telegram') },
];

/** The tenant's own part of `openclaw.json`; whatever asks the model without being asked for by a test is off. */
function fragmentFor(model: ModelServer, telegram: TelegramServer): Record<string, unknown> {
  const [provider = '', id = ''] = modelName.split('/');
  return {
    models: {
      mode: 'replace',
      providers: {
        [provider]: {
          baseUrl: model.url,
          api: 'openai-completions',
          apiKey: { source: 'env', provider: 'default', id: 'FAKE_API_KEY' },
          models: [id, otherModel.slice(provider.length + 1)].map((one) => ({
            id: one,
            name: one,
            contextWindow: 128_000,
            maxTokens: 4096,
          })),
        },
      },
    },
    agents: { defaults: { model: modelName, heartbeat: { every: '0m' }, skipBootstrap: true } },
    // Tools by their own names instead of a search over them.
    tools: { toolSearch: false },
    messages: { inbound: { debounceMs: 0 } },
    channels: {
      telegram: {
        apiRoot: telegram.url,
        dmPolicy: 'allowlist',
        allowFrom: Object.values(people).map(String),
        groupPolicy: 'open',
        groups: { '*': { requireMention: false } },
        streaming: { mode: 'off' },
        commands: { native: false },
      },
    },
  };
}

/** Seconds that a gateway may take on a slow machine. */
const startSeconds = 240;

async function prepare(pod: LocalPod): Promise<void> {
  const prepared = await pod.run('prepare');
  if (prepared.code !== 0) {
    throw new Error(`prepare ended with ${prepared.code ?? 'a signal'}:\n${prepared.output}`);
  }
}

/** The steps that the gateway needs; those that only check are the business of other tests. */
async function run(pod: LocalPod): Promise<void> {
  pod.start('opa');
  const gateway = pod.start('gateway');
  const end = Date.now() + startSeconds * 1000;
  while ((await pod.probe('gateway', 'startupProbe')) !== 200) {
    if (gateway.exitCode !== null || gateway.signalCode !== null || Date.now() > end) {
      // What is wrong with a configuration the gateway itself does not say; the check does.
      const { output } = await pod.run('gateway-check');
      throw new Error(`the gateway did not start:\n${pod.output('gateway').slice(-3000)}\n${output}`);
    }
    await sleep(250);
  }
}
