/** `cellwright synth` as a function, for the cdk8s app of a GitOps repository. */

/** Options of {@link synthFleet}. */
export interface SynthFleetOptions {
  /**
   * Folder with `profiles/`, `bundles/` and `tenants/`.
   * @default 'fleet'
   */
  readonly fleet?: string;
  /**
   * Folder to write.
   * @default 'dist'
   */
  readonly out?: string;
  /**
   * `spec`: each tenant by its own delivery; `rendered`: all objects of all tenants, for review.
   * @default 'spec'
   */
  readonly delivery?: 'spec' | 'rendered';
}

/**
 * Synthesizes a fleet; what is wrong is written to stderr, and then nothing is written to the folder.
 * @returns the exit code: 0 fine, 1 the fleet has problems, 3 could not finish
 */
export async function synthFleet({ fleet = 'fleet', out = 'dist', delivery = 'spec' }: SynthFleetOptions = {}): Promise<
  0 | 1 | 3
> {
  // Loaded late: a project that takes a construct needs none of this.
  const [{ synth }, { explainFailure }] = await Promise.all([import('./commands/synth.ts'), import('./failure.ts')]);
  try {
    return (await synth({ fleet, out, delivery, quiet: true })) === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${explainFailure(error)}\n`);
    return 3;
  }
}
