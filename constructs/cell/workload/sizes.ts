/** How much each container of a cell's pod may use. */
import { k8s } from 'cdk8s-plus-28';
import { SharedParts } from '../plain.ts';
import type { CellSettings } from '../settings/cell-settings.ts';

/** CPU and memory of one container, as quantities. */
export interface Size {
  readonly cpu: string;
  readonly memory: string;
  readonly memoryLimit: string;
}

/** OPA: 10 MB idle was measured; the rest is for large policies. */
export const opaSize: Size = { cpu: '20m', memory: '64Mi', memoryLimit: '256Mi' };

/** The small Node step before the gateway. */
export const prepareSize: Size = { cpu: '20m', memory: '64Mi', memoryLimit: '256Mi' };

/** The gateway, and each init step that loads OpenClaw. */
export function gatewaySize({ cpu, memory, memoryLimit }: CellSettings): Size {
  return { cpu, memory, memoryLimit };
}

/** Requests and the memory limit; never a CPU limit, which throttles the gateway's start (353 of 799 periods measured). */
export function resourcesOf({ cpu, memory, memoryLimit }: Size): k8s.ResourceRequirements {
  return requirements.of(JSON.stringify([cpu, memory, memoryLimit]), () => ({
    requests: { cpu: k8s.Quantity.fromString(cpu), memory: k8s.Quantity.fromString(memory) },
    limits: { memory: k8s.Quantity.fromString(memoryLimit) },
  }));
}

const requirements = new SharedParts<k8s.ResourceRequirements>();

/** Resources of the OPA containers. */
export function opaResources(): k8s.ResourceRequirements {
  return resourcesOf(opaSize);
}
