/** A plugin of a test's own in a cell, patched into its configuration: no spec could bring it there. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LocalPod } from './pod.ts';

/** What is planted. */
export interface Planted {
  readonly id: string;
  /** Text of its `index.js`. */
  readonly source: string;
  /** What its manifest says that it registers. */
  readonly contracts: Readonly<Record<string, readonly string[]>>;
}

/** Plants a plugin in a pod whose volumes are prepared, with every grant, before all other plugins. */
export function plantPlugin(pod: LocalPod, { id, source, contracts }: Planted): void {
  const folder = path.join(pod.volume('state'), 'state', id);
  mkdirSync(folder, { recursive: true });
  const manifest = { id, activation: { onStartup: true }, contracts, configSchema: { type: 'object' } };
  writeFileSync(path.join(folder, 'openclaw.plugin.json'), JSON.stringify(manifest));
  const pkg = { name: id, version: '1.0.0', type: 'module', openclaw: { extensions: ['./index.js'] } };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(pkg));
  writeFileSync(path.join(folder, 'index.js'), source);
  const file = path.join(pod.volume('config'), 'openclaw.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as {
    plugins: { allow: string[]; load: { paths: string[] }; entries: Record<string, unknown> };
  };
  config.plugins.allow.unshift(id);
  config.plugins.load.paths.unshift(`/home/node/.openclaw/${id}`);
  config.plugins.entries[id] = { enabled: true, hooks: { allowConversationAccess: true } };
  chmodSync(file, 0o644);
  writeFileSync(file, JSON.stringify(config));
}
