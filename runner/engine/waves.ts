/** Order of work: what others need goes first; what is equal goes together. */

/** Items by wave, lowest first; inside a wave they keep their order. */
export function inWaves<Item>(items: readonly Item[], waveOf: (item: Item) => number): Item[][] {
  const waves = new Map<number, Item[]>();
  for (const item of items) {
    const wave = waves.get(waveOf(item));
    if (wave === undefined) waves.set(waveOf(item), [item]);
    else wave.push(item);
  }
  return [...waves].sort(([left], [right]) => left - right).map(([, wave]) => wave);
}
