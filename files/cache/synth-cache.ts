/**
 * What earlier runs have shown, so that one changed tenant of ten thousand does not cost ten thousand: which objects a
 * file holds, and which files a tenant's synthesis gave. Keyed by content only; see docs/decisions for why it may be
 * deleted, copied or stale without harm.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FleetIdentity } from '../read/fleet-object.ts';
import { SharedText } from '../../constructs/synth/yaml/shared-text.ts';
import type { OutputRecord, SharedPlace } from '../write/output-file.ts';

/** What synthesis gave for one tenant. */
export interface TenantRecord extends OutputRecord {
  /** Hash of everything but the tenant's own file that went in: {@link hashOf} profiles, bundles, assets, options. */
  readonly inputs: string;
  /** Facts of the tenant that rules between tenants need without reading it again, such as its host. */
  readonly facts: Readonly<Record<string, string>>;
}

/** The same as it is stored. */
interface StoredRecord extends Omit<TenantRecord, 'shared'> {
  /** Of each shared text its place and id, as one word: that is read and written much faster than a list. */
  readonly shared: string;
}

/** What is known of one file, by the hash of its bytes. */
interface FileEntry {
  readonly objects: readonly FleetIdentity[];
  /** By the tenant's name. */
  readonly tenants: Record<string, StoredRecord>;
}

interface Stored {
  readonly version: string;
  /** By their id. */
  readonly texts: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, FileEntry>>;
}

/** Form of what is stored: a cache of another form is as good as none. */
const form = 2;

/** Where the cache lies: git-ignored, in the folder where the command runs. */
export const cacheFolder = '.cellwright-cache';

/** The cache of one run: answers from what was stored, stores what was asked for or is new. */
export class SynthCache {
  readonly #file: string;
  readonly #version: string;
  readonly #stored: Omit<Stored, 'version'>;
  readonly #next = new Map<string, FileEntry>();
  /** What the words of stored records mean: most tenants of a kind have the same. */
  readonly #places = new Map<string, readonly SharedPlace[] | 'missing'>();
  /** Shared texts of this run by their id. */
  readonly #texts = new Map<string, SharedText>();

  /**
   * Opens the cache in a folder. A missing, broken or older one is an empty one.
   * @param folder where it lies, for example {@link cacheFolder}
   * @param version of this package: what another version has shown says nothing about this one
   */
  constructor(folder: string, version: string) {
    this.#file = join(folder, 'synth.json');
    this.#version = `${version} ${form}`;
    this.#stored = load(this.#file, this.#version);
  }

  /** The objects of a file that was read without a problem, by the hash of its bytes; for `readFleet`. */
  readonly known = (contentHash: string): readonly FleetIdentity[] | undefined => this.#entry(contentHash)?.objects;

  /** What a tenant's synthesis gave when it was last made from the same file and inputs. */
  tenant(contentHash: string, name: string, inputs: string): TenantRecord | undefined {
    const tenants = this.#entry(contentHash)?.tenants;
    const record = tenants && Object.hasOwn(tenants, name) ? tenants[name] : undefined;
    return record?.inputs === inputs ? this.#restored(record) : undefined;
  }

  /** Remembers the objects of a file that has no problem, none between its objects and others either. */
  rememberFile(contentHash: string, objects: readonly FleetIdentity[]): void {
    if (this.#entry(contentHash) === undefined) {
      const identities = objects.map(({ kind, name }) => ({ kind, name }));
      this.#next.set(contentHash, { objects: identities, tenants: {} });
    }
  }

  /** Remembers what synthesis gave for a tenant of a remembered file. */
  rememberTenant(contentHash: string, name: string, record: TenantRecord): void {
    const entry = this.#entry(contentHash);
    if (entry === undefined) {
      throw new RangeError(`the file of tenant ${name} must be remembered before the tenant`);
    }
    const { shared, ...rest } = record;
    shared.forEach(({ text }) => this.#texts.set(text.id, text));
    // In place: a copy for each tenant would be quadratic in the tenants of a file.
    entry.tenants[name] = {
      ...rest,
      shared: shared.flatMap(({ at, text }) => [at, text.id]).join(' '),
    };
  }

  /** Writes what this run has used and learned; what it did not ask for is forgotten. */
  save(): void {
    const texts = Object.fromEntries([...this.#texts].map(([id, { text }]) => [id, text]));
    const stored: Stored = { version: this.#version, texts, files: Object.fromEntries(this.#next) };
    mkdirSync(dirname(this.#file), { recursive: true });
    const unfinished = `${this.#file}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(stored));
    renameSync(unfinished, this.#file);
  }

  /** Undefined when one of its texts is missing. */
  #restored(record: StoredRecord): TenantRecord | undefined {
    let shared = this.#places.get(record.shared);
    if (shared === undefined) {
      shared = this.#placesOf(record.shared === '' ? [] : record.shared.split(' '));
      this.#places.set(record.shared, shared);
    }
    return shared === 'missing' ? undefined : { ...record, shared };
  }

  #placesOf(words: readonly string[]): readonly SharedPlace[] | 'missing' {
    const places: SharedPlace[] = [];
    for (let index = 0; index < words.length; index += 2) {
      const text = this.#text(words[index + 1] ?? '');
      if (text === undefined) {
        return 'missing';
      }
      places.push({ at: Number(words[index]), text });
    }
    return places;
  }

  #text(id: string): SharedText | undefined {
    const known = this.#texts.get(id);
    const stored = Object.hasOwn(this.#stored.texts, id) ? this.#stored.texts[id] : undefined;
    if (known !== undefined || stored === undefined) {
      return known;
    }
    const text = new SharedText(stored);
    if (text.id !== id) {
      return undefined;
    }
    this.#texts.set(id, text);
    return text;
  }

  #entry(contentHash: string): FileEntry | undefined {
    const known = this.#next.get(contentHash);
    const { files } = this.#stored;
    if (known !== undefined || !Object.hasOwn(files, contentHash)) {
      return known;
    }
    const entry = files[contentHash];
    if (entry !== undefined) {
      this.#next.set(contentHash, entry);
    }
    return entry;
  }
}

function load(file: string, version: string): Omit<Stored, 'version'> {
  const nothing = { texts: {}, files: {} };
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as Partial<Stored> | null;
    return stored?.version === version ? { ...nothing, ...stored } : nothing;
  } catch (error) {
    if (error instanceof SyntaxError || (error as { readonly code?: unknown }).code === 'ENOENT') {
      return nothing;
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
