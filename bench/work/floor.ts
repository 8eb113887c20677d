/**
 * The floor under any synthesis: reads the fleet's files with js-yaml, builds the objects of each tenant as literals, and
 * writes them as JSON to the files of the real tree. It validates nothing, resolves nothing and hashes nothing.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadAll } from 'js-yaml';
import type { TreeFile } from '../../constructs/synth/fleet-tree.ts';
import type { KubeObject } from '../../constructs/synth/kube-object.ts';

/** Builds the files of a tenant from its name; one function a shape, its objects written out as literals. */
export type LiteralTenant = (name: string) => readonly TreeFile[];

/** Source of a module of {@link LiteralTenant}s, from the real files of one tenant a shape. */
export function literalModule(
  examples: readonly { readonly name: string; readonly files: readonly TreeFile[] }[],
): string {
  const functions = examples.map(({ name, files }) => `(name) => (${source(files, name)})`);
  return `export const shapes = [\n${functions.join(',\n')}\n];\n`;
}

function source(value: unknown, name: string): string {
  if (Array.isArray(value)) {
    return `[${value.map((item) => source(item, name)).join(',')}]`;
  }
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${source(member, name)}`).join(',')}}`;
  }
  const text = JSON.stringify(value);
  return typeof value === 'string' ? text.replaceAll(name, `"+name+"`) : text;
}

/** What to synthesize, and from which module of literals. */
export interface FloorOptions {
  readonly fleet: string;
  readonly out: string;
  readonly literals: string;
}

/** Prepares the floor, and returns what is measured. */
export async function floor({ fleet, out, literals }: FloorOptions): Promise<() => void> {
  const { shapes } = (await import(pathToFileURL(literals).href)) as { readonly shapes: readonly LiteralTenant[] };
  return () => {
    for (const folder of ['profiles', 'bundles', 'tenants']) {
      for (const file of readdirSync(path.join(fleet, folder)).sort()) {
        for (const object of loadAll(readFileSync(path.join(fleet, folder, file), 'utf8')) as KubeObject[]) {
          if (object.kind === 'TenantGateway') {
            write(out, literalOf(shapes, object.metadata.name));
          }
        }
      }
    }
  };
}

function literalOf(shapes: readonly LiteralTenant[], name: string): readonly TreeFile[] {
  const build = shapes[Number(name.slice(name.lastIndexOf('-') + 1)) % shapes.length];
  if (build === undefined) {
    throw new RangeError(`no literal for ${name}`);
  }
  return build(name);
}

function write(out: string, files: readonly TreeFile[]): void {
  mkdirSync(path.join(out, path.dirname(files[0]?.path ?? '')), { recursive: true });
  for (const { path: file, objects } of files) {
    writeFileSync(path.join(out, file), objects.map((object) => JSON.stringify(object)).join('\n'));
  }
}
