import { crc32 } from 'node:zlib'
import { RecordHeader } from '@heartwood/event'
import { type QueueConsumer, QueueError, type QueueItem, type QueuePublisher } from '../port.ts'

type Kept = Extract<QueueItem, { kind: 'record' }>

interface Partition {
  records: Kept[]
  last: bigint | null
  /** Everything up to here was released. */
  released: bigint
}

/** Bytes of bodies that come at once. */
const MAX_BYTES = 4 << 20

/**
 * A queue within one process: the oracle for the other adapters, and for tests of what stands on either side of a
 * queue. It outlives its publishers and consumers, as the folder of a disk queue does.
 */
export class MemoryQueue {
  readonly #partitions: Partition[]
  readonly #limit: number
  readonly #waiting = new Set<() => void>()
  #bytes = 0
  /** Counts the records without a key. */
  #turn = 0

  constructor(options: { readonly partitions?: number; readonly limitBytes?: number } = {}) {
    this.#partitions = Array.from({ length: options.partitions ?? 4 }, () => ({
      records: [],
      last: null,
      released: 0n,
    }))
    this.#limit = options.limitBytes ?? Number.POSITIVE_INFINITY
  }

  publisher(): QueuePublisher {
    let closed = false
    return {
      publish: async (key, header, body) => {
        if (closed) throw new QueueError('closed', 'the queue is closed')
        if (this.#bytes + body.byteLength > this.#limit)
          throw new QueueError('full', `the backlog of the queue is over its limit of ${this.#limit} bytes`)
        const index = (key === undefined ? this.#turn++ : crc32(key)) % this.#partitions.length
        const partition = this.#partition(index)
        const position = (partition.last ?? 0n) + 1n
        partition.last = position
        this.#bytes += body.byteLength
        const copy = RecordHeader.parse(structuredClone(header))
        partition.records.push({ kind: 'record', position, header: copy, body: Uint8Array.from(body) })
        for (const wake of this.#waiting) wake()
        return { partition: index, position }
      },
      backlog: () => ({ bytes: this.#bytes, limit: this.#limit }),
      close: async () => {
        closed = true
      },
    }
  }

  consumer(): QueueConsumer {
    const closing = new AbortController()
    const open = (index: number): Partition => {
      if (closing.signal.aborted) throw new QueueError('closed', 'the queue is closed')
      return this.#partition(index)
    }
    return {
      partitions: this.#partitions.length,
      consume: (index, after, signal, maxBytes = MAX_BYTES) =>
        this.#consume(open(index), after, AbortSignal.any([signal, closing.signal]), maxBytes),
      release: async (index, position) => this.#release(open(index), position),
      end: async (index) => open(index).last,
      close: async () => closing.abort(),
    }
  }

  #partition(index: number): Partition {
    const partition = this.#partitions[index]
    if (partition === undefined)
      throw new RangeError(`the queue has partitions 0 to ${this.#partitions.length - 1}, not ${index}`)
    return partition
  }

  async *#consume(
    partition: Partition,
    after: bigint | null,
    signal: AbortSignal,
    maxBytes: number,
  ): AsyncGenerator<QueueItem[]> {
    let position = after ?? partition.released
    while (!signal.aborted) {
      if (position < partition.released)
        throw new QueueError('position_lost', `the queue no longer keeps what follows ${position}`)
      if (position > (partition.last ?? position))
        throw new QueueError('position_lost', `position ${position} lies behind the end of the queue`)
      const behind = position
      const items = firstWithin(
        partition.records.filter((record) => record.position > behind),
        maxBytes,
      )
      const last = items.at(-1)
      if (last === undefined) {
        await this.#change(signal)
        continue
      }
      position = last.position
      yield items
    }
  }

  #release(partition: Partition, position: bigint): void {
    const kept = partition.records.filter((record) => record.position > position)
    for (const record of partition.records)
      if (record.position <= position) this.#bytes -= record.body.byteLength
    partition.records = kept
    const upTo = position < (partition.last ?? 0n) ? position : (partition.last ?? 0n)
    if (upTo > partition.released) partition.released = upTo
  }

  async #change(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.add(resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
    if (signal.aborted) resolve()
    await promise
    this.#waiting.delete(resolve)
  }
}

/** The first record, and those behind it while all bodies together are within `maxBytes`. */
function firstWithin(records: readonly Kept[], maxBytes: number): Kept[] {
  let bytes = 0
  const end = records.findIndex(({ body }, index) => {
    bytes += body.byteLength
    return index > 0 && bytes > maxBytes
  })
  return end < 0 ? [...records] : records.slice(0, end)
}
