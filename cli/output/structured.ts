/** Output for programs. */
import { emitYaml } from '../../constructs/synth/yaml/emit.ts';

/** Formats of `-o`. */
export const outputFormats = ['table', 'json', 'yaml'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** A value as JSON or YAML. */
export function structured(format: 'json' | 'yaml', value: unknown): string {
  return format === 'json' ? `${JSON.stringify(value, null, 2)}\n` : emitYaml(value);
}
