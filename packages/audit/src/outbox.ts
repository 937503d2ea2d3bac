import { join } from 'node:path'
import {
  openDiskConsumer,
  openDiskPublisher,
  type QueueConsumer,
  QueueError,
  type QueuePublisher,
} from '@heartwood/queue'

const MIB = 1 << 20
/** Events that wait for an indexer, or for Kafka, to come back: some 60,000. */
const LIMIT_BYTES = 32 * MIB
/** Ingest leaves more: what was done about a full disk is audited too. */
const RESERVE_BYTES = 64 * MIB

/**
 * Those who have an outbox where everything runs on one machine. The place in this list is the partition under which the
 * audit store knows how far it has read: names are added at the end and never taken out.
 */
export const STANDALONE_OUTBOXES = [
  'heartwood',
  'ingest',
  'indexer',
  'query',
  'alerter',
  'web',
  'demo',
  'archiver',
] as const
export type OutboxName = (typeof STANDALONE_OUTBOXES)[number]

/** The folder of the outbox of a process. @param name of the process, the same after a restart */
export function outboxFolder(dataDir: string, name: string): string {
  return join(dataDir, 'audit', 'outbox', name.replaceAll(/[^A-Za-z0-9_.@-]/g, '_'))
}

/**
 * The events of one process on their way to the audit store: a queue on this machine's disk, of one partition. Where it
 * cannot be opened each event tries again.
 */
export function outboxPublisher(dir: string, limitBytes = LIMIT_BYTES): QueuePublisher {
  let opening: Promise<QueuePublisher> | undefined
  let opened: QueuePublisher | undefined
  const open = async (): Promise<QueuePublisher> => {
    opening ??= openDiskPublisher({ dir, partitions: 1, limitBytes, reserveBytes: RESERVE_BYTES })
    try {
      opened = await opening
      return opened
    } catch (cause) {
      opening = undefined
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new QueueError('io', `the outbox ${dir} cannot be opened: ${why}`, { cause })
    }
  }
  return {
    publish: async (key, header, body) => (await open()).publish(key, header, body),
    backlog: () => opened?.backlog() ?? { bytes: 0, limit: limitBytes },
    close: async () => (await opening?.catch(() => undefined))?.close(),
  }
}

/** The one partition of an outbox. */
export const OUTBOX_PARTITION = 0

export function outboxConsumer(dir: string): Promise<QueueConsumer> {
  return openDiskConsumer({ dir, partitions: 1 })
}

/** All outboxes of a machine as one queue, each a partition of it. */
export async function standaloneOutboxes(
  dataDir: string,
): Promise<Pick<QueueConsumer, 'partitions' | 'consume' | 'release' | 'close'>> {
  const consumers = await Promise.all(
    STANDALONE_OUTBOXES.map((name) => outboxConsumer(outboxFolder(dataDir, name))),
  )
  const of = (partition: number): QueueConsumer => {
    const consumer = consumers[partition]
    if (consumer === undefined) throw new RangeError(`there is no outbox ${partition}`)
    return consumer
  }
  return {
    partitions: consumers.length,
    consume: (partition, after, signal, maxBytes) =>
      of(partition).consume(OUTBOX_PARTITION, after, signal, maxBytes),
    release: (partition, position) => of(partition).release(OUTBOX_PARTITION, position),
    close: async () => {
      await Promise.all(consumers.map((consumer) => consumer.close()))
    },
  }
}
