/**
 * The cdk8s app of this repository: `fleet/` in, `dist/` out. `npx cdk8s synth` runs it; so does `cellwright synth`, which
 * also keeps foreign files and leaves unchanged ones alone, while the cdk8s CLI empties the folder before the app runs.
 */
import { synth } from './cli/commands/synth.ts';

process.exitCode = await synth({
  fleet: 'fleet',
  out: process.env['CDK8S_OUTDIR'] ?? 'dist',
  delivery: 'spec',
  quiet: true,
});
