import { QueueError, type QueuePublisher } from '../port.ts'
import type { SendingTarget } from '../sending.ts'

/** Bodies that wait in memory while Kafka is slow. */
const WAITING_LIMIT = 128 << 20

export interface DirectPublisherOptions {
  /** How long a record may take before it is given up, milliseconds. */
  readonly patienceMillis: number
}

/** Publishes to a target without a spool: while it is away records are refused with `io`. */
export function directPublisher(target: SendingTarget, options: DirectPublisherOptions): QueuePublisher {
  let closed = false
  return {
    async publish(key, header, body) {
      if (closed) throw new QueueError('closed', 'the queue is closed')
      if (target.waitingBytes > 0 && target.waitingBytes + body.byteLength > WAITING_LIMIT)
        throw new QueueError('full', 'too many records wait for Kafka')
      return new Promise((stored, failed) =>
        target.send({ key, item: { kind: 'record', header, body }, ...options, stored, failed }),
      )
    },
    backlog: () => ({ bytes: target.waitingBytes, limit: WAITING_LIMIT }),
    async close() {
      closed = true
      await target.close()
    },
  }
}
