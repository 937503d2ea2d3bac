import { setTimeout as pause } from 'node:timers/promises'
import type { KafkaMessage } from 'kafkajs'
import type { GroupHandler } from '../group-port.ts'
import type { QueueItem } from '../port.ts'
import type { NewerRecord } from './message-items.ts'

export interface PartitionFeedParts {
  readonly partition: number
  readonly handler: GroupHandler
  readonly maxBytes: number
  readonly retryMillis: number
  /** Bytes of messages that may wait here before fetching stops. */
  readonly bufferBytes: number
  readonly itemOf: (message: KafkaMessage) => Promise<QueueItem | NewerRecord>
  /** Stops and restarts fetching. */
  readonly fetching: (on: boolean) => void
}

/**
 * What was fetched of one partition while it is this member's, on its way to `handle`: in order, one call at a time, and
 * apart from the loop that fetches and sends heartbeats, which never waits for it.
 */
export class PartitionFeed {
  /** Of the last item that was handed to `handle`. */
  delivered: bigint | undefined
  /** The group goes on behind this position. */
  committed: bigint | undefined
  /** The offset that must come next; undefined before the first message of a group that has committed nothing. */
  next: bigint | undefined
  /** Why nothing more is delivered: what comes next is for a later version, which gets it when it has the partition. */
  standstill: string | undefined
  readonly #parts: PartitionFeedParts
  readonly #revoking = new AbortController()
  #messages: (KafkaMessage | QueueItem)[] = []
  #bytes = 0
  #fetching = true
  #paused = false
  #wake: (() => void) | undefined
  #loop: Promise<void> | undefined

  constructor(parts: PartitionFeedParts) {
    this.#parts = parts
  }

  get partition(): number {
    return this.#parts.partition
  }

  get revoking(): boolean {
    return this.#revoking.signal.aborted
  }

  /** Begins to deliver. */
  start(): void {
    this.#loop ??= this.#deliver()
  }

  /** Nothing more is delivered; resolves when the call under way has returned. */
  async revoke(): Promise<void> {
    this.#revoking.abort()
    this.#wake?.()
    await this.#loop
  }

  /** Messages that were fetched, and before them a stretch that is gone, if any. */
  push(messages: readonly KafkaMessage[], lost?: Extract<QueueItem, { kind: 'lost' }>): void {
    if (this.revoking) return
    if (lost !== undefined) this.#messages.push(lost)
    for (const message of messages) {
      this.#messages.push(message)
      this.#bytes += bytesOf(message)
    }
    this.#wake?.()
    this.#regulate()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#wake?.()
  }

  async #deliver(): Promise<void> {
    const { handler, partition, retryMillis } = this.#parts
    const { signal } = this.#revoking
    while (await this.#available()) {
      const { items, newer } = await this.#take()
      this.#regulate()
      // The signal may have come while the items were made; they are nobody's then.
      if (signal.aborted) return
      this.standstill = newer?.reason
      if (items.length === 0) return
      this.#noticeAnew(items)
      this.delivered = items.at(-1)?.position ?? this.delivered
      while (!signal.aborted) {
        try {
          await handler.handle(partition, items, signal)
          break
        } catch {
          await pause(retryMillis, undefined, { signal }).catch(() => undefined)
        }
      }
      if (newer !== undefined) return
    }
  }

  /** A topic that was emptied or made anew counts from the start: what was committed says nothing about it. */
  #noticeAnew(items: readonly QueueItem[]): void {
    const { committed } = this
    if (committed === undefined) return
    const again = items.find(({ position }) => position <= committed)
    if (again !== undefined) this.committed = again.position - 1n
  }

  /** Waits for a message. False once the partition is taken away. */
  async #available(): Promise<boolean> {
    while (!this.revoking && (this.#messages.length === 0 || this.#paused)) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
      this.#wake = undefined
    }
    return !this.revoking
  }

  /** The next items; where one of a later version stands among them, those before it. */
  async #take(): Promise<{ items: QueueItem[]; newer?: NewerRecord }> {
    let bytes = 0
    let count = 0
    for (const message of this.#messages) {
      const size = bodyBytesOf(message)
      if (count > 0 && bytes + size > this.#parts.maxBytes) break
      bytes += size
      count++
    }
    const taken = this.#messages.splice(0, count)
    const items: QueueItem[] = []
    for (const message of taken) {
      this.#bytes -= bytesOf(message)
      const item = 'kind' in message ? message : await this.#parts.itemOf(message)
      if (item.kind === 'newer') return { items, newer: item }
      items.push(item)
    }
    return { items }
  }

  #regulate(): void {
    const { bufferBytes, fetching } = this.#parts
    if (this.revoking) return
    const wanted = this.#bytes < (this.#fetching ? bufferBytes : bufferBytes / 2)
    if (wanted === this.#fetching) return
    this.#fetching = wanted
    fetching(wanted)
  }
}

/** What a message costs in memory, about, beside its value. */
const MESSAGE_BYTES = 512

function bytesOf(message: KafkaMessage | QueueItem): number {
  return MESSAGE_BYTES + bodyBytesOf(message)
}

function bodyBytesOf(message: KafkaMessage | QueueItem): number {
  return 'kind' in message ? 0 : (message.value?.byteLength ?? 0)
}
