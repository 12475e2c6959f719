/**
 * Does `work` for each item, for up to `atOnce` of them at the same time, and gives the results in the order of the
 * items. What comes after the one that is asked for is under way, no more than that: a slow reader holds it up.
 */
export async function* readAhead<Item, Result>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  for (const item of items) {
    const result = work(item);
    result.catch(() => undefined); // told when its turn comes
    underWay.push(result);
    if (underWay.length >= atOnce) yield await (underWay.shift() as Promise<Result>);
  }
  for (const result of underWay) yield await result;
}
