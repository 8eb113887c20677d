/**
 * What `import 'cellwright'` gives. Light on purpose, without a top-level await, and loadable by `require()` on every Node.js
 * that cdk8s runs on: nothing here talks to a cluster, and what a whole fleet needs is loaded when it is asked for.
 */
export { synthFleet } from './cli/synth-fleet.ts';
export type { SynthFleetOptions } from './cli/synth-fleet.ts';
export * from './constructs/index.ts';
export { loadAssets } from './files/assets/load-assets.ts';
export * from './imports/cellwright.dev.js';
// Both rooms have types of these names; here they mean the plain data that constructs take.
export type { GatewayProfileSpec, PolicyBundleSpec, TenantGatewaySpec } from './constructs/api/types.gen.ts';
