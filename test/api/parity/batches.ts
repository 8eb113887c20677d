/** Many requests, a few at a time. */

const width = 24;

/** The results of `each` in the order of the items. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  each: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array<Result>(items.length);
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      results[index] = await each(item);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
