import { type PartLimits, type PartSize, partsWithin } from '@heartwood/doors'
import type { QueueItem } from '@heartwood/queue'

/** How much is read, decoded and offered to tails in one go; meanwhile the thread does nothing else. */
export const READ_LIMITS: PartLimits = { events: 8_192, bytes: 4 << 20 }

/** Cuts what the queue has at hand into parts within the limits; a record alone may be over them. */
export function partsOf(items: readonly QueueItem[], limits: PartLimits): Iterable<readonly QueueItem[]> {
  return partsWithin(items, limits, sizeOf)
}

function sizeOf(item: QueueItem): PartSize {
  switch (item.kind) {
    case 'record':
      return item.header
    case 'damaged':
      return { records: 1, bytes: item.sample.length }
    case 'lost':
      return { records: 1, bytes: 0 }
  }
}

/** The same values in the same order; the next is asked for while the last is used. */
export async function* ahead<T>(source: AsyncIterable<T>): AsyncGenerator<T, void> {
  const iterator = source[Symbol.asyncIterator]()
  const ask = () => {
    const next = iterator.next()
    // A failure shows when it is waited for.
    next.catch(() => undefined)
    return next
  }
  try {
    for (let next = ask(); ; ) {
      const { done, value } = await next
      if (done) return
      next = ask()
      yield value
    }
  } finally {
    // The source may be waiting for a value that never comes, so its end is not waited for.
    void iterator.return?.().catch(() => undefined)
  }
}
