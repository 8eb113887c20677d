/** The CAs of all replicas in one field. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { certificatesOf, hasCertificate, mergedBundle, mostCertificates } from '../../runner/admission/ca-bundle.ts';
import { makeServingCertificate } from '../../runner/admission/serving-certificate.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
const day = 86_400_000;
const names = ['cellwright-admission.cellwright-system.svc', '127.0.0.1'];
const caOf = async (from: number, lifeMs = 7 * day): Promise<string> =>
  (await makeServingCertificate({ names, now: from, lifeMs })).ca;
const base64 = (...texts: string[]): string => Buffer.from(texts.join('')).toString('base64');
const none: ReadonlySet<string> = new Set();

let mine: string;
let theirs: string;

beforeAll(async () => {
  mine = await caOf(now);
  theirs = await caOf(now - day);
});

describe('a merged bundle', () => {
  test('keeps the CAs of others and has ours at its end, once', () => {
    const merged = mergedBundle(base64(theirs), { wanted: [mine], retired: none }, now);
    expect(merged).toBe(base64(theirs, mine));
    expect(mergedBundle(merged, { wanted: [mine], retired: none }, now)).toBe(merged);
    expect(mergedBundle(undefined, { wanted: [mine], retired: none }, now)).toBe(base64(mine));
  });

  test('loses what we retired and nothing else', () => {
    const merged = mergedBundle(base64(mine, theirs), { wanted: [], retired: new Set([mine]) }, now);
    expect(merged).toBe(base64(theirs));
    expect(mergedBundle(base64(mine), { wanted: [], retired: new Set([mine]) }, now)).toBe('');
  });

  test('drops what is expired, no CA, no certificate, or valid for far longer than ours ever are', async () => {
    const { certificate } = await makeServingCertificate({ names, now, lifeMs: 7 * day });
    const planted = await caOf(now, 3650 * day);
    const expired = await caOf(now - 8 * day);
    const text = mine.replace(/\n[A-Za-z0-9+/]{64}\n/, '\n');
    const bundle = base64('words', expired, planted, certificate, text, theirs);
    expect(mergedBundle(bundle, { wanted: [mine], retired: none }, now)).toBe(base64(theirs, mine));
    expect(mergedBundle('%%% no base64', { wanted: [mine], retired: none }, now)).toBe(base64(mine));
  });

  test('does not get an expired CA of ours, and comes to rest between replicas whose clocks differ by less than an hour', async () => {
    const expired = await caOf(now - 7 * day);
    expect(mergedBundle(base64(theirs), { wanted: [expired, mine], retired: none }, now)).toBe(base64(theirs, mine));
    const skew = 1_800_000;
    const turnOf = (bundle: string, at: number): string => {
      const behind = mergedBundle(bundle, { wanted: [expired], retired: none }, at - skew);
      return mergedBundle(behind, { wanted: [theirs], retired: none }, at);
    };
    for (let at = now - 7_200_000; at <= now + 7_200_000; at += 600_000) {
      const rest = turnOf(turnOf(base64(expired, theirs), at), at);
      expect(mergedBundle(rest, { wanted: [expired], retired: none }, at - skew)).toBe(rest);
      expect(turnOf(rest, at)).toBe(rest);
    }
  });

  test('has a bound, at which the one that was added first goes, and never ours', async () => {
    const many = await Promise.all(Array.from({ length: mostCertificates }, () => caOf(now)));
    const merged = mergedBundle(base64(mine, ...many), { wanted: [mine, theirs], retired: none }, now);
    const left = certificatesOf(merged).map((certificate) => certificate.toString());
    expect(left).toEqual([mine, ...many.slice(2), theirs]);
    expect(left).toHaveLength(mostCertificates);
    expect(hasCertificate(merged, many[1] ?? '')).toBe(false);
  });
});
