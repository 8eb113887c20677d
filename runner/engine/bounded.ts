/** Work on many items at once, and never on too many. */

/**
 * Most requests that are under way at once for one owner: a new cell is no slower by it (each wave has few objects, and several
 * owners are worked on at once), and one owner with many objects does not fill the API server's queues.
 */
export const requestsPerOwner = 6;

/**
 * Calls `call` for every item, at most `limit` at once, in their order.
 * @returns the results, in the order of the items
 * @throws what the first failing call throws, when those under way have ended; items not begun by then are left out
 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  limit: number,
  call: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const rest = items.entries();
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (const [index, item] of rest) {
      if (failures.length > 0) return;
      try {
        results[index] = await call(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
