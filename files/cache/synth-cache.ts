/**
 * What earlier runs have shown, so that one changed tenant of ten thousand does not cost ten thousand: which objects a
 * file holds, and which files a tenant's synthesis gave. Keyed by content only; see docs/decisions for why it may be
 * deleted, copied or stale without harm.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FleetIdentity } from '../read/fleet-object.ts';
import type { OutputRecord } from '../write/output-file.ts';

/** What synthesis gave for one tenant. */
export interface TenantRecord extends OutputRecord {
  /** Hash of everything but the tenant's own file that went in: {@link hashOf} profiles, bundles, assets, options. */
  readonly inputs: string;
  /** Facts of the tenant that rules between tenants need without reading it again, such as its host. */
  readonly facts: Readonly<Record<string, string>>;
}

/** What is known of one file, by the hash of its bytes. */
interface FileEntry {
  readonly objects: readonly FleetIdentity[];
  /** By the tenant's name. */
  readonly tenants: Record<string, TenantRecord>;
}

interface Stored {
  readonly version: string;
  readonly files: Readonly<Record<string, FileEntry>>;
}

/** Where the cache lies: git-ignored, in the folder where the command runs. */
export const cacheFolder = '.cellwright-cache';

/** The cache of one run: answers from what was stored, stores what was asked for or is new. */
export class SynthCache {
  readonly #file: string;
  readonly #version: string;
  readonly #stored: Stored['files'];
  readonly #next = new Map<string, FileEntry>();

  /**
   * Opens the cache in a folder. A missing, broken or older one is an empty one.
   * @param folder where it lies, for example {@link cacheFolder}
   * @param version of this package: what another version has shown says nothing about this one
   */
  constructor(folder: string, version: string) {
    this.#file = join(folder, 'synth.json');
    this.#version = version;
    this.#stored = load(this.#file, version);
  }

  /** The objects of a file that was read without a problem, by the hash of its bytes; for `readFleet`. */
  readonly known = (contentHash: string): readonly FleetIdentity[] | undefined => this.#entry(contentHash)?.objects;

  /** What a tenant's synthesis gave when it was last made from the same file and inputs. */
  tenant(contentHash: string, name: string, inputs: string): TenantRecord | undefined {
    const tenants = this.#entry(contentHash)?.tenants;
    const record = tenants && Object.hasOwn(tenants, name) ? tenants[name] : undefined;
    return record?.inputs === inputs ? record : undefined;
  }

  /** Remembers the objects of a file that has no problem, none between its objects and others either. */
  rememberFile(contentHash: string, objects: readonly FleetIdentity[]): void {
    const identities = objects.map(({ kind, name }) => ({ kind, name }));
    this.#next.set(contentHash, { objects: identities, tenants: { ...this.#entry(contentHash)?.tenants } });
  }

  /** Remembers what synthesis gave for a tenant of a remembered file. */
  rememberTenant(contentHash: string, name: string, record: TenantRecord): void {
    const entry = this.#entry(contentHash);
    if (entry === undefined) {
      throw new RangeError(`the file of tenant ${name} must be remembered before the tenant`);
    }
    // In place: a copy for each tenant would be quadratic in the tenants of a file.
    entry.tenants[name] = record;
  }

  /** Writes what this run has used and learned; what it did not ask for is forgotten. */
  save(): void {
    const stored: Stored = { version: this.#version, files: Object.fromEntries(this.#next) };
    mkdirSync(dirname(this.#file), { recursive: true });
    const unfinished = `${this.#file}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(stored));
    renameSync(unfinished, this.#file);
  }

  #entry(contentHash: string): FileEntry | undefined {
    const known = this.#next.get(contentHash);
    if (known !== undefined || !Object.hasOwn(this.#stored, contentHash)) {
      return known;
    }
    const entry = this.#stored[contentHash];
    if (entry !== undefined) {
      this.#next.set(contentHash, entry);
    }
    return entry;
  }
}

function load(file: string, version: string): Stored['files'] {
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as Partial<Stored> | null;
    return stored?.version === version ? (stored.files ?? {}) : {};
  } catch (error) {
    if (error instanceof SyntaxError || (error as { readonly code?: unknown }).code === 'ENOENT') {
      return {};
    }
    throw error;
  }
}

/** Hash over parts in their order, each with its length in front so that no two lists join alike. */
export function hashOf(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(`${Buffer.byteLength(part)}:`).update(part);
  }
  return hash.digest('base64url');
}
