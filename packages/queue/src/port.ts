import type { RecordHeader } from '@heartwood/event'

/**
 * The durable queue between the doors and the indexer. A record is a body as received under its header.
 * One process publishes, another consumes; both open the same place.
 */
export interface QueuePublisher {
  /**
   * Resolves once the record is durable (fsynced); many calls share one fsync. The record then has a position greater
   * than every earlier one of its partition, also across restarts. The same `key` always goes to the same partition, so
   * that its records stay in order and a resend meets what it repeats; records without one go to the partitions in turn.
   * Throws QueueError: `full` (backlog over its limit: 429), `disk_full` (507), `too_large` (a record that this queue
   * takes at no time: 413), `closed`, `io` (503). After a throw the record is not delivered, except where the process
   * died before it could throw, and with `io` from a queue on another machine, whose answer may have been lost.
   */
  publish(
    key: string | undefined,
    header: RecordHeader,
    body: Uint8Array,
  ): Promise<{ partition: number; position: bigint }>
  /** Bytes not yet released by the consumer, and the limit. */
  backlog(): { readonly bytes: number; readonly limit: number }
  close(): Promise<void>
}

export interface QueueConsumer {
  readonly partitions: number
  /**
   * Records of a partition behind `after` (null: from the first kept), in order, waiting for new ones until `signal`.
   * As many come at once as are at hand: at least one, and more only while their bodies are within `maxBytes` (default
   * 4 MiB). A record is delivered again after a restart unless the caller starts behind it. A damaged record comes as
   * `damaged` in its place and its neighbours come intact; a torn last record of a publisher that died never comes. What
   * a newer version wrote is not passed over: where it would come, throws `io`.
   * A stretch that is gone between what is kept comes as `lost`. If everything kept lies behind what follows `after`,
   * or before it, throws `position_lost`.
   */
  consume(
    partition: number,
    after: bigint | null,
    signal: AbortSignal,
    maxBytes?: number,
  ): AsyncIterable<readonly QueueItem[]>
  /** The caller never needs records at or before `position` again; frees disk. */
  release(partition: number, position: bigint): Promise<void>
  /** The position of the last durable record of a partition, or null when there was none. */
  end(partition: number): Promise<bigint | null>
  close(): Promise<void>
}

export type QueueItem =
  | {
      readonly kind: 'record'
      readonly position: bigint
      readonly header: RecordHeader
      readonly body: Uint8Array
    }
  /**
   * A record whose checksum does not match, or that cannot be read; `sample` is its first bytes. `salvage` is what it says where
   * it can still be read: not to be trusted, since some of its bits are wrong.
   */
  | {
      readonly kind: 'damaged'
      readonly position: bigint
      readonly reason: string
      readonly sample: Uint8Array
      readonly salvage?: { readonly header: RecordHeader; readonly body: Uint8Array } | undefined
    }
  /** Everything from the item before up to `position` is gone; nobody can say how many records that were. */
  | { readonly kind: 'lost'; readonly position: bigint; readonly reason: string }

export type QueueErrorCode = 'full' | 'disk_full' | 'too_large' | 'io' | 'closed' | 'position_lost'

export class QueueError extends Error {
  readonly code: QueueErrorCode
  constructor(code: QueueErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'QueueError'
    this.code = code
  }
}
