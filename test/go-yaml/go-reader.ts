/** The Go readers of main.go as a function: builds the program once per source and user, then pipes documents through it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What one reader made of a document. */
export interface GoVerdict {
  /** The value, parsed from the reader's JSON; absent when it refused the text. */
  readonly json?: unknown;
  readonly error?: string;
}

/** What both readers made of a document. */
export interface GoAnswer {
  /** sigs.k8s.io/yaml, strict: kubectl, the API server, Argo CD. */
  readonly kubernetes: GoVerdict;
  /** go.yaml.in/yaml/v3: kustomize and Flux. */
  readonly kustomize: GoVerdict;
}

/** Reads each text as one document. */
export function readWithGo(texts: readonly string[]): GoAnswer[] {
  const run = spawnSync(program(), { input: frames(texts), maxBuffer: 1 << 30 });
  if (run.status !== 0) {
    throw new Error(`the Go YAML reader failed: ${run.stderr.toString()}`, { cause: run.error });
  }
  return answers(run.stdout);
}

const sources = import.meta.dirname;

function program(): string {
  const hash = createHash('sha256');
  for (const name of ['main.go', 'go.mod', 'go.sum']) {
    hash.update(readFileSync(join(sources, name)));
  }
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cellwright', 'test');
  const binary = join(cache, `go-yaml-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(binary)) {
    build(cache, binary);
  }
  return binary;
}

function build(cache: string, binary: string): void {
  mkdirSync(cache, { recursive: true });
  const unfinished = `${binary}.${process.pid}`;
  try {
    execFileSync('go', ['build', '-trimpath', '-o', unfinished, '.'], { cwd: sources, stdio: 'pipe' });
    renameSync(unfinished, binary);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new Error(
      'cannot build test/go-yaml, the Go YAML reader that this test compares with; install Go 1.24 or newer (https://go.dev/dl) and have it in PATH',
      { cause: error },
    );
  }
}

function frames(texts: readonly string[]): Buffer {
  return Buffer.concat(
    texts.flatMap((text) => {
      const body = Buffer.from(text);
      const size = Buffer.alloc(4);
      size.writeUInt32BE(body.length);
      return [size, body];
    }),
  );
}

function answers(output: Buffer): GoAnswer[] {
  const found: GoAnswer[] = [];
  for (let offset = 0; offset < output.length;) {
    const size = output.readUInt32BE(offset);
    found.push(JSON.parse(output.toString('utf8', offset + 4, offset + 4 + size)) as GoAnswer);
    offset += 4 + size;
  }
  return found;
}
