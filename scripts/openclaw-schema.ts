/**
 * Makes constructs/cell/config-schema/data/<version>.json.br from the real package: what `openclaw config schema`
 * prints, without the words that only people read, compressed.
 * Usage: npm run openclaw-schema -- /path/to/node_modules/openclaw
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write('usage: npm run openclaw-schema -- /path/to/node_modules/openclaw\n');
  process.exit(2);
}
const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
const target = path.join(
  import.meta.dirname,
  '..',
  'constructs',
  'cell',
  'config-schema',
  'data',
  `${version}.json.br`,
);
const text = Buffer.from(JSON.stringify(withoutWords(JSON.parse(printedSchema(folder)))));
const packed = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } });
writeFileSync(target, packed);
process.stdout.write(`${path.relative(process.cwd(), target)}: ${text.length} bytes, ${packed.length} compressed\n`);

/** OpenClaw reads and writes state where it is told to; a folder of its own keeps the caller's home out of it. */
function printedSchema(openclaw: string): string {
  const home = mkdtempSync(path.join(tmpdir(), 'openclaw-schema-'));
  try {
    const config = path.join(home, 'openclaw.json');
    writeFileSync(config, JSON.stringify({ gateway: { mode: 'local' } }));
    return execFileSync(process.execPath, [path.join(openclaw, 'openclaw.mjs'), 'config', 'schema'], {
      encoding: 'utf8',
      maxBuffer: 64 * 2 ** 20,
      env: { ...process.env, HOME: home, OPENCLAW_STATE_DIR: home, OPENCLAW_CONFIG_PATH: config },
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Drops annotations. Inside `properties` every key is a name, so a property called `title` stays. */
function withoutWords(schema: unknown, names = false): unknown {
  if (Array.isArray(schema)) {
    return schema.map((part) => withoutWords(part));
  }
  if (schema === null || typeof schema !== 'object') {
    return schema;
  }
  const annotations = ['title', 'description', 'default', 'examples', '$schema', '$comment', 'deprecated'];
  return Object.fromEntries(
    Object.entries(names ? schema : withoutDefaulted(schema as Readonly<Record<string, unknown>>))
      .filter(([key]) => names || !annotations.includes(key))
      .map(([key, value]) => [
        key,
        !names && (key === 'const' || key === 'enum')
          ? (value as unknown)
          : withoutWords(
              value,
              !names && (key === 'properties' || key === 'patternProperties' || key === 'definitions'),
            ),
      ]),
  );
}

/** OpenClaw prints what it holds after defaulting, so a property with a default is "required"; who writes a file may leave it out. */
function withoutDefaulted(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { required, properties } = schema as { required?: unknown; properties?: Record<string, { default?: unknown }> };
  if (!Array.isArray(required) || properties === undefined) {
    return schema;
  }
  const kept = (required as string[]).filter((name) => properties[name]?.default === undefined);
  return { ...schema, required: kept };
}
