/** Cells for tests: synthesized from a few lines, run by the real programs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { withDefaults } from '../../../constructs/api/defaults.ts';
import { kindNamed } from '../../../constructs/api/kinds/registry.ts';
import type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from '../../../constructs/api/types.gen.ts';
import { synthesizeTenant } from '../../../constructs/synth/synthesize-tenant.ts';
import { reviewTokenSecret } from '../../../constructs/synth/tenant-input.ts';
import type { Named } from '../../../constructs/synth/tenant-input.ts';
import { loadAssets } from '../../../files/assets/load-assets.ts';
import { findOpa } from '../../../opa/find-opa.ts';
import type { PodHost } from './container.ts';
import { installMs, realOpenClaw } from './openclaw.ts';
import { LocalPod } from './pod.ts';

/** Gateway token of every cell. */
export const gatewayToken = 'a-token-for-this-test-only';

/** Milliseconds until programs are there, a first installation and build included. */
export const programsMs = installMs + 900_000;

/** The pod of a tenant "acme" with one bundle of the enterprise and the Secrets its spec names; nothing of it runs yet. */
export async function cellPod(
  tenant: TenantGatewaySpec,
  bundle: PolicyBundleSpec,
  secrets: PodHost['secrets'] = {},
): Promise<LocalPod> {
  const { objects } = synthesizeTenant({
    tenant: defaulted<TenantGatewaySpec>('TenantGateway', 'acme', tenant),
    profile: defaulted<GatewayProfileSpec>('GatewayProfile', 'default', {}),
    bundles: [defaulted<PolicyBundleSpec>('PolicyBundle', 'baseline', bundle)],
    assets: loadAssets(),
  });
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  return LocalPod.create(objects, {
    opa: await findOpa({ environment: process.env, progress }),
    openclaw: await realOpenClaw(),
    secrets: { [reviewTokenSecret]: { token: gatewayToken }, ...secrets },
  });
}

function defaulted<Spec>(kind: string, name: string, spec: Spec): Named<Spec> {
  const definition = kindNamed(kind);
  if (definition === undefined) {
    throw new Error(`no kind ${kind}`);
  }
  const object = withDefaults(definition, { apiVersion: 'cellwright.dev/v1alpha1', kind, metadata: { name }, spec });
  return { name, spec: (object as { spec: Spec }).spec };
}

/** What the gateway's tool interface answers. */
export interface ToolAnswer {
  readonly status: number;
  readonly body: string;
}

/** Calls a tool at the gateway's HTTP door, which needs no model. */
export async function invokeTool(
  pod: LocalPod,
  tool: string,
  { args = {}, token = gatewayToken }: { readonly args?: object; readonly token?: string } = {},
): Promise<ToolAnswer> {
  const response = await fetch(`${pod.url(18789)}/tools/invoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ tool, args }),
  });
  return { status: response.status, body: await response.text() };
}

/** Which probe of which container, and what it is to find. */
export interface Awaited {
  /** @default gateway */
  readonly container?: string;
  readonly probe: Parameters<LocalPod['probe']>[1];
  readonly status: number;
  readonly seconds: number;
}

/** Waits until a probe finds a status, asking four times a second. */
export async function untilProbe(pod: LocalPod, awaited: Awaited): Promise<void> {
  const { container = 'gateway', probe, status, seconds } = awaited;
  const end = Date.now() + seconds * 1000;
  let last = await pod.probe(container, probe);
  while (last !== status && Date.now() < end) {
    await sleep(250);
    last = await pod.probe(container, probe);
  }
  if (last !== status) {
    const log = pod.output(container).slice(-3000);
    throw new Error(
      `${probe} of ${container} stayed ${last} instead of ${status} for ${seconds} s; it printed:\n${log}`,
    );
  }
}
