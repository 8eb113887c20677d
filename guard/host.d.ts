/** The part of OpenClaw's plugin API that the guard uses, and what goes between its files; for the type checker alone. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Configuration of the guard, as synthesis writes it. */
export interface GuardConfig {
  tenant: string;
  opaUrl: string;
  /** File with the token that OPA asks for. */
  tokenFile: string;
  /** Revision of the policy that this cell wants. */
  revision: string;
  /** Folder with one file for each credential, named like the environment variable that carries it. */
  credentialsFolder: string;
}

/** What policy decides by; texts that the host does not know stay away (JSON leaves out what is undefined). */
export interface Question {
  tenant: string;
  kind: 'tool' | 'model' | 'inbound' | 'outbound';
  /** Tool, `provider/model`, or `channel:id` that a message goes to. */
  name?: string | undefined;
  agent?: string | undefined;
  session?: string | undefined;
  channel?: string | undefined;
  /** Who asks, as `channel:id`. */
  requester?: string | undefined;
  /** Whether OpenClaw knows the requester as an owner. */
  owner?: boolean | undefined;
  /** Why a run happens, for example `cron`. */
  trigger?: string | undefined;
  params?: unknown;
  /** Tells tools apart that share a name. */
  toolKind?: string | undefined;
  /** Files that OpenClaw sees in the parameters. */
  paths?: readonly string[] | undefined;
}

/** Answer of the policy library. */
export interface Decision {
  allow: boolean;
  requireApproval: boolean;
  reasons: string[];
  revision: string;
  /** Whether Audit bundles have Rego of their own to be asked by itself. */
  auditRego?: boolean;
}

/** What the gate makes of a question. */
export type Verdict =
  { outcome: 'allow' } | { outcome: 'approve'; reasons: string[] } | { outcome: 'deny' | 'error'; reason: string };

export interface OpaClient {
  decide: (question: Question) => Promise<Decision>;
  /** The policy revision that is served, undefined when there is no policy; no rule of a bundle has a say in it. */
  revision: () => Promise<unknown>;
  /** Has OPA evaluate a rule for its log alone. */
  note: (rule: 'audit' | 'outcome', input: object) => Promise<void>;
}

export interface Metrics {
  count(name: string, labels?: Record<string, string>, by?: number): void;
  observe(seconds: number): void;
  text(): string;
}

export interface ToolEvent {
  toolName: string;
  params?: unknown;
  toolCallId?: string;
  toolKind?: string;
  derivedPaths?: readonly string[];
}
export interface ToolContext {
  agentId?: string;
  sessionKey?: string;
  requester?: { channel?: string; senderId?: string; senderIsOwner?: boolean };
}
export interface RunEvent {
  senderId?: string;
  senderIsOwner?: boolean;
}
export interface RunContext {
  agentId?: string;
  sessionKey?: string;
  modelProviderId?: string;
  modelId?: string;
  channel?: string;
  messageProvider?: string;
  trigger?: string;
}
export interface InboundEvent {
  content?: string;
  channel?: string;
  sessionKey?: string;
  senderId?: string;
  isGroup?: boolean;
}
export interface InboundContext {
  channelId?: string;
  sessionKey?: string;
  senderId?: string;
}
export interface OutboundEvent {
  to: string;
  content?: string;
  metadata?: { channel?: unknown };
}
export interface PayloadEvent {
  payload: { text?: unknown };
  channel?: string;
}
export interface OutboundContext {
  channelId?: string;
  conversationId?: string;
  sessionKey?: string;
}
/** Makes questions of what a hook is told. */
type Asking<Event, Context, Asked = Question[]> = (tenant: string, event: Event, context: Context) => Asked;
export type ToolQuestion = Asking<ToolEvent, ToolContext, Question>;
export type RunQuestions = Asking<RunEvent, RunContext>;
export type InboundQuestions = Asking<InboundEvent, InboundContext>;
export type OutboundQuestions = Asking<OutboundEvent, OutboundContext>;
export type PayloadQuestions = Asking<PayloadEvent, OutboundContext>;

/** The end of one attempt at a model. */
export interface ModelOutput {
  provider: string;
  model: string;
  /** The cost is there where OpenClaw knows the price. */
  usage?: Partial<Record<'input' | 'output' | 'cacheRead' | 'cacheWrite', number>> & { cost?: { total?: number } };
}

export interface PluginApi {
  pluginConfig: unknown;
  /** The whole `openclaw.json`. */
  config: { plugins?: { entries?: Record<string, { hooks?: { allowConversationAccess?: boolean } }> } };
  logger: { info(text: string): void; warn(text: string): void };
  registerTrustedToolPolicy(policy: {
    id: string;
    description: string;
    evaluate(event: ToolEvent, context: ToolContext): Promise<object>;
  }): void;
  registerHttpRoute(route: {
    path: string;
    auth: 'plugin';
    match: 'exact';
    handler(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  }): void;
  // Each hook has event and context of its own.
  on(hook: string, handler: (event: never, context: never) => unknown, options?: { priority: number }): void;
}
