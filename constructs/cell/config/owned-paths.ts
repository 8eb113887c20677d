/** Keys of `openclaw.json` that no fragment may set. */
import { guardPluginId } from './owned-config.ts';

/** Their paths; a star stands for any one key or index. */
export const ownedConfigPaths: readonly string[] = [
  ...fitsThePod(),
  ...leadsAroundTheGuard(),
  ...runsCode(),
  ...reachesOutOfTheWorkspace(),
].sort();

/**
 * What a profile may set and a tenant may not: who says yes to what policy wants approved, jobs of the clock, which whoever
 * holds the gateway's token may fill with commands that no policy is asked about, and servers of tools, for which a tenant has the
 * platform field `openclaw.mcpServers`.
 */
export const platformConfigPaths: readonly string[] = ['approvals', 'cron', 'mcp.servers'];

/** What must be as the pod is made. */
function fitsThePod(): string[] {
  return [
    ...under('gateway', 'auth bind controlUi mode port reload remote tailscale terminal tls trustedProxies'),
    ...under('logging', 'consoleStyle file'),
    ...under('models', 'catalogRefresh'),
    ...['diagnostics.enabled', 'discovery', 'env', 'secrets', 'telemetry', 'update'],
  ];
}

/** Runs, calls and messages that no hook of the guard would see, or that change what it decides by. */
function leadsAroundTheGuard(): string[] {
  return [
    ...under('plugins', `allow deny enabled load slots entries.${guardPluginId}`),
    ...under('tools', 'agentToAgent codeMode deny elevated message sessions toolSearch'),
    ...under('agents.entries.*.tools', 'codeMode elevated message'),
    ...under('agents.defaults.models.*', 'agentRuntime codeMode'),
    ...under('agents.entries.*.models.*', 'agentRuntime codeMode'),
    ...under('models.providers.*', 'agentRuntime models.*.agentRuntime'),
    ...under('commands', 'bash config debug mcp plugins restart'),
    ...under('channels.*', 'configWrites accounts.*.configWrites'),
    ...under('gateway', 'cliAgents nodes portals tools'),
    ...['acp', 'agents.entries.*.runtime', 'cloudWorkers', 'desktop', 'nodeHost', 'session.dmScope'],
    // Calls to 127.0.0.1 would go through the proxy, OPA's among them, and the proxy would answer for it.
    'proxy.loopbackMode',
  ];
}

/** Settings that start a program or load code without a call of a tool. */
function runsCode(): string[] {
  return [
    ...under('browser', 'executablePath profiles.*.executablePath'),
    ...under('hooks', 'internal mappings.*.transform transformsDir'),
    ...under('agents.defaults.sandbox', 'docker.setupCommand ssh'),
    ...under('agents.entries.*.sandbox', 'docker.setupCommand ssh'),
    ...under('skills', 'install load workshop'),
    ...under('tools', 'links.models media.models'),
    ...['mcp.apps', 'mcp.servers.*.command', 'models.providers.*.localService', 'security.installPolicy'],
  ];
}

/** Settings that show tools more of the file system, or have them run elsewhere. */
function reachesOutOfTheWorkspace(): string[] {
  const exec = 'applyPatch host node pathPrepend reviewer safeBinProfiles safeBinTrustedDirs safeBins';
  return [
    ...under('tools', 'fs'),
    ...under('tools.exec', exec),
    ...under('agents.entries.*.tools', 'fs'),
    ...under('agents.entries.*.tools.exec', exec),
    ...under('agents.defaults', 'cwd repoRoot workspace'),
    ...under('agents.entries.*', 'agentDir cwd workspace'),
    ...under('channels.*', 'trustedLocalFileRoots accounts.*.trustedLocalFileRoots'),
    ...['memory.search.extraPaths', 'transcripts', 'worktreeRoot'],
  ];
}

function under(parent: string, children: string): string[] {
  return children.split(' ').map((child) => `${parent}.${child}`);
}
