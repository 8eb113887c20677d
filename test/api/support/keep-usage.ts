/** Keeps what the runner asked of a control plane, for the check over all tests (scripts/runner-usage.ts). */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Usage } from '../../../scripts/runner-usage.ts';
import { auditRequestOf, runnerAgent } from './audit-log.ts';

/** Folder of the summaries, set by scripts/test.js; without it nobody asks for them. */
const folder = process.env['CELLWRIGHT_USAGE_FOLDER'];

/** Writes the summary of an audit log. */
export async function keepUsage(auditLog: string): Promise<void> {
  if (folder === undefined) return;
  const found = new Map<string, Usage>();
  for await (const line of createInterface({ input: createReadStream(auditLog) })) {
    // Most lines are of others, and parsing is what costs.
    if (!line.includes(`"userAgent":"${runnerAgent}`)) continue;
    const { verb, apiGroup, resource, user, status, uri, message } = auditRequestOf(line);
    const key = JSON.stringify([verb, apiGroup, resource, user, status, message]);
    if (resource !== '' && !found.has(key)) found.set(key, { verb, apiGroup, resource, user, status, uri, message });
  }
  if (found.size > 0) await writeFile(path.join(folder, `${randomUUID()}.json`), JSON.stringify([...found.values()]));
}
