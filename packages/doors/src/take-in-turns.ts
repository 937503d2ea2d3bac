/**
 * Offers items to `take` until all are taken, in order; it takes at least the first of those it is offered, and gives how
 * many. At first all are offered, then twice as many as it took the last time: where making room for what is offered costs
 * something, it costs as much as the items are many, however few are taken at a time.
 */
export function takeInTurns<T>(items: readonly T[], take: (offered: readonly T[]) => number): void {
  let offer = items.length
  for (let at = 0; at < items.length; ) {
    const taken = take(items.slice(at, at + offer))
    at += taken
    offer = taken * 2
  }
}
