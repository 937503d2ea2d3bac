import type { QueueItem } from '@heartwood/queue'

/** How much is read, decoded and offered to tails in one go; meanwhile the thread does nothing else. */
export interface ReadLimits {
  readonly events: number
  /** Inflated bytes of the bodies. */
  readonly bytes: number
}

export const READ_LIMITS: ReadLimits = { events: 8_192, bytes: 4 << 20 }

/** Cuts what the queue has at hand into parts within the limits; a record alone may be over them. */
export function* partsOf(items: readonly QueueItem[], limits: ReadLimits): Generator<readonly QueueItem[]> {
  let part: QueueItem[] = []
  let events = 0
  let bytes = 0
  for (const item of items) {
    const size = sizeOf(item)
    if (part.length > 0 && (events + size.records > limits.events || bytes + size.bytes > limits.bytes)) {
      yield part
      part = []
      events = 0
      bytes = 0
    }
    part.push(item)
    events += size.records
    bytes += size.bytes
  }
  if (part.length > 0) yield part
}

function sizeOf(item: QueueItem): { readonly records: number; readonly bytes: number } {
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
