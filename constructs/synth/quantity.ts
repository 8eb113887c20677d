/** Arithmetic on Kubernetes quantities, as far as our kinds allow them (constructs/api/schema/terms.ts). */

const suffixes: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Bytes of a memory or storage quantity, for example `1536Mi`. Throws on what the kinds' pattern does not allow. */
export function bytesOf(quantity: string): number {
  const match = /^([0-9]+)(Ki|Mi|Gi|Ti|k|M|G|T)?$/.exec(quantity);
  const factor = suffixes[match?.[2] ?? ''];
  if (match === null || factor === undefined) {
    throw new RangeError(`"${quantity}" is not an amount of bytes such as 512Mi or 5Gi`);
  }
  return Number(match[1]) * factor;
}

/** Millicores of a CPU quantity: `2` is 2000, `250m` is 250. */
export function millicoresOf(quantity: string): number {
  const match = /^([0-9]+)(m?)$/.exec(quantity);
  if (!match) {
    throw new RangeError(`"${quantity}" is not an amount of CPU such as 2 or 250m`);
  }
  return Number(match[1]) * (match[2] === 'm' ? 1 : 1000);
}

/** The shortest exact binary notation of a number of bytes. */
export function formatBytes(bytes: number): string {
  for (const suffix of ['Ti', 'Gi', 'Mi', 'Ki']) {
    const factor = suffixes[suffix] ?? 1;
    if (bytes >= factor && bytes % factor === 0) {
      return `${bytes / factor}${suffix}`;
    }
  }
  return String(bytes);
}

/** Millicores as a quantity. */
export function formatMillicores(millicores: number): string {
  return millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;
}
