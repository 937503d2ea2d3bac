import type { QueueError, QueueItem } from './port.ts'

/** What goes through a queue, before it has a position: a record, or that one was damaged or lost on the way. */
export type Sendable =
  | Omit<Extract<QueueItem, { kind: 'record' }>, 'position'>
  | Omit<Extract<QueueItem, { kind: 'damaged' }>, 'position'>
  | Omit<Extract<QueueItem, { kind: 'lost' }>, 'position'>

/** Where a record lies in the queue. */
export interface Written {
  readonly partition: number
  readonly position: bigint
}

/** A record on its way. One of the two functions is called, once, and within the turn in which the outcome is known. */
export interface Sending {
  readonly key: string | undefined
  readonly item: Sendable
  /** How long it is worth trying, milliseconds; at least one attempt is made. */
  readonly patienceMillis: number
  stored(written: Written): void
  /** Not certain to be stored; it may be all the same. */
  failed(error: QueueError): void
}

/** Takes records and stores them in the order they come, within a key. */
export interface SendingTarget {
  /**
   * When one cannot be stored, everything that waits behind it fails as well, in order and in the same turn: so nothing
   * overtakes it, whatever becomes of it.
   */
  send(record: Sending): void
  /** Bytes of records that wait. */
  readonly waitingBytes: number
  /** Settles what waits, then ends. */
  close(): Promise<void>
}

/** Bytes of a record's body, or of what is left of it. */
export function bytesOf(item: Sendable): number {
  switch (item.kind) {
    case 'record':
      return item.body.byteLength
    case 'damaged':
      return item.sample.byteLength + (item.salvage?.body.byteLength ?? 0)
    case 'lost':
      return 0
  }
}
