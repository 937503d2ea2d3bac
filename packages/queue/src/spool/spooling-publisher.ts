import type { RecordHeader } from '@heartwood/event'
import { type QueueConsumer, QueueError, type QueuePublisher } from '../port.ts'
import type { SendingTarget, Written } from '../sending.ts'
import type { DrainedPosition } from './drained-position.ts'
import { drainSpool, SPOOL_PARTITION } from './spool-drain.ts'
import { spooledBody } from './spooled-body.ts'

/** Bodies that wait in memory while the target is slow. */
const WAITING_LIMIT = 128 << 20

export interface SpoolingOptions {
  readonly target: SendingTarget
  /** Both ends of a queue of one partition on this machine's disk. */
  readonly spool: { readonly publisher: QueuePublisher; readonly consumer: QueueConsumer }
  readonly drained: DrainedPosition
  /** Keeps the body of an acknowledged record that the target takes at no time; resolves to where it is. */
  readonly setAside: (position: bigint, body: Uint8Array) => Promise<string>
  /** How long a record may take to the target before it goes into the spool, milliseconds. */
  readonly patienceMillis: number
}

export interface SpoolingPublisher extends QueuePublisher {
  spool(): SpoolState
}

export interface SpoolState {
  readonly bytes: number
  readonly limit: number
  /** Records lie in the spool, or are on their way into it or out of it. */
  readonly holds: boolean
  /** Why the target takes nothing now; undefined while it does, as far as we know. */
  readonly trouble: string | undefined
}

/**
 * Publishes to a queue on other machines, and to a spool on this one's disk while that is away. A record is acknowledged
 * when it is durable in one of the two. While the spool holds anything, records with a key go behind it, so that what
 * a sender sent stays in order; those without one go the straight way as soon as the target takes them. The spool drains
 * by itself, also after this process was killed. What went into it and is larger than the target takes goes on without its
 * body, as damage that says where that is kept. When it is full, records are refused with `io`: they have to wait for
 * the target, not for the consumer. The place of a spooled record is its place in the spool.
 */
export async function openSpoolingPublisher(options: SpoolingOptions): Promise<SpoolingPublisher> {
  const publisher = new Spooling(options)
  await publisher.start()
  return publisher
}

class Spooling implements SpoolingPublisher {
  readonly #options: SpoolingOptions
  readonly #stop = new AbortController()
  #draining: Promise<void> = Promise.resolve()
  /** Records on their way into the spool. */
  #writing = 0
  #lastWritten: bigint | null = null
  #drained: bigint | null = null
  #trouble: QueueError | undefined
  #closed = false

  constructor(options: SpoolingOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { spool, target, drained, setAside } = this.#options
    this.#lastWritten = await spool.consumer.end(SPOOL_PARTITION)
    this.#drained = await drained.read()
    this.#draining = drainSpool(
      {
        consumer: spool.consumer,
        target,
        drained,
        setAside,
        onDrained: (position) => {
          this.#drained = position
        },
        onTrouble: (failure) => {
          this.#trouble = failure
        },
      },
      this.#stop.signal,
    )
  }

  async publish(key: string | undefined, header: RecordHeader, body: Uint8Array): Promise<Written> {
    if (this.#closed) throw new QueueError('closed', 'the queue is closed')
    const { target, patienceMillis } = this.#options
    if (this.#trouble !== undefined || (key !== undefined && this.#holds))
      return this.#write(key, header, body)
    if (target.waitingBytes > 0 && target.waitingBytes + body.byteLength > WAITING_LIMIT)
      throw new QueueError('full', 'too many records wait to be sent')
    return new Promise((resolve, reject) =>
      target.send({
        key,
        item: { kind: 'record', header, body },
        patienceMillis,
        stored: resolve,
        // In the turn in which it failed: nothing that is published later can get before it.
        failed: (failure) => {
          if (failure.code === 'too_large') return reject(failure)
          this.#trouble = failure
          this.#write(key, header, body).then(resolve, reject)
        },
      }),
    )
  }

  backlog(): { readonly bytes: number; readonly limit: number } {
    const { spool, target } = this.#options
    const { bytes, limit } = spool.publisher.backlog()
    return { bytes: bytes + target.waitingBytes, limit: limit + WAITING_LIMIT }
  }

  spool(): SpoolState {
    const { bytes, limit } = this.#options.spool.publisher.backlog()
    return {
      // The file being written stays although all of it was sent on.
      bytes: this.#holds ? bytes : 0,
      limit,
      holds: this.#holds,
      trouble: this.#trouble?.message,
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stop.abort()
    const { target, spool } = this.#options
    // What waits for the target may still go into the spool.
    await target.close()
    await this.#draining
    await spool.publisher.close()
    await spool.consumer.close()
  }

  get #holds(): boolean {
    return this.#writing > 0 || (this.#lastWritten !== null && (this.#drained ?? -1n) < this.#lastWritten)
  }

  async #write(key: string | undefined, header: RecordHeader, body: Uint8Array): Promise<Written> {
    this.#writing++
    try {
      const written = await this.#options.spool.publisher.publish(undefined, header, spooledBody(key, body))
      if (written.position > (this.#lastWritten ?? -1n)) this.#lastWritten = written.position
      return written
    } catch (error) {
      if (!(error instanceof QueueError) || error.code !== 'full') throw error
      const reason = this.#trouble?.message ?? 'it is still being sent on'
      throw new QueueError('io', `the spool is full: ${reason}`, { cause: error })
    } finally {
      this.#writing--
      // With nothing to send on, only the next record can find out whether the target is back.
      if (!this.#holds) this.#trouble = undefined
    }
  }
}
