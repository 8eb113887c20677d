/** What other programs import of the constructs: the pure entry points, and the types that they take and give. */
export type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from './api/types.gen.ts';
export { TenantCell } from './cell/tenant-cell.ts';
export type { TenantCellProps } from './cell/tenant-cell.ts';
export { platformFiles } from './platform/platform-files.ts';
export type { PlatformFile, PlatformFileName } from './platform/platform-files.ts';
export { Platform } from './platform/platform.ts';
export type { ApiServerAddress, PlatformProps, RunnerResources, RunnerToleration } from './platform/settings.ts';
export { synthesizePlatform } from './platform/synthesize-platform.ts';
export type { AssetFiles, SynthAssets } from './synth/assets.ts';
export { defineFleet } from './synth/fleet-config.ts';
export type { CellExtension, FleetConfig } from './synth/fleet-config.ts';
export type { KubeObject, ObjectMeta } from './synth/kube-object.ts';
export { RenderGateError } from './synth/render-gate.ts';
export { synthesizeTenant } from './synth/synthesize-tenant.ts';
export { reviewTokenSecret } from './synth/tenant-input.ts';
export type { Named, TenantInput, TenantOutput } from './synth/tenant-input.ts';
export { emitDocuments, emitYaml } from './synth/yaml/emit.ts';
