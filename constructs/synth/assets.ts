/** Files of ours that become part of a cell; synthesis takes them as an argument, because constructs read no files. */

/** Files by their path inside their room. */
export type AssetFiles = Readonly<Record<string, string>>;

/** What synthesis needs beside the fleet. */
export interface SynthAssets {
  /** The Rego library that every OPA serves: `policy/*.rego` without tests. */
  readonly rego: AssetFiles;
  /** List of the built-ins that OPA may use, as `opa check --capabilities` reads it. */
  readonly capabilities: string;
  /** The guard plugin and the scripts of the init steps: `guard/**` without tests. */
  readonly guard: AssetFiles;
  /**
   * Configuration schema of an OpenClaw version, parsed; undefined when this Cellwright has none for it.
   * Called only for tenants with a `config` fragment, since the schema is large.
   */
  readonly configSchema: (version: string) => unknown;
}
