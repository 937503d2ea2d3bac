import { unlink } from 'node:fs/promises'
import { type QueueConsumer, QueueError } from '../port.ts'
import { RECORDS_AT } from './file-header.ts'
import { PIECE_BYTES } from './frame-walk.ts'
import { DEFAULT_PARTITIONS, listFiles, openLayout, partitionDirectory, queueFile } from './layout.ts'
import { errorCode, realDisk } from './operations.ts'
import { readPartition } from './partition-reader.ts'
import { positionOf } from './position.ts'
import { durableOffset, openQueueFile } from './queue-file.ts'

export interface DiskConsumerOptions {
  readonly dir: string
  /** For a queue that does not exist yet; default 4. */
  readonly partitions?: number
}

/**
 * Opens the queue folder for consuming; it may come before the publisher. Keeps nothing on disk itself: the caller
 * knows its positions. Call `release` with the committed position at start too, so that what an earlier process had
 * finished is deleted.
 */
export async function openDiskConsumer(options: DiskConsumerOptions): Promise<QueueConsumer> {
  const { dir } = options
  const partitions = await openLayout(realDisk, dir, options.partitions ?? DEFAULT_PARTITIONS)
  const closing = new AbortController()
  const released = new Map<number, bigint>()
  const directoryOf = (partition: number): string => {
    if (closing.signal.aborted) throw new QueueError('closed', 'the queue is closed')
    if (!Number.isInteger(partition) || partition < 0 || partition >= partitions)
      throw new RangeError(`the queue has partitions 0 to ${partitions - 1}, not ${partition}`)
    return partitionDirectory(dir, partition)
  }
  return {
    partitions,
    consume(partition, after, signal, maxBytes = PIECE_BYTES) {
      const directory = directoryOf(partition)
      return readPartition({
        directory,
        after,
        signal: AbortSignal.any([signal, closing.signal]),
        pieceBytes: maxBytes,
        onNextFile: async () => {
          const position = released.get(partition)
          if (position !== undefined) await deleteReleased(directory, position)
        },
      })
    },
    async release(partition, position) {
      const directory = directoryOf(partition)
      released.set(partition, position)
      await deleteReleased(directory, position)
    },
    end: async (partition) => durableEnd(directoryOf(partition)),
    close: async () => closing.abort(),
  }
}

/** Deletes files, oldest first, whose records all lie at or before `position`. The newest always stays: it knows the end. */
async function deleteReleased(directory: string, position: bigint): Promise<void> {
  const numbers = await listFiles(directory)
  for (const [i, number] of numbers.entries()) {
    const following = numbers[i + 1]
    if (following === undefined) return
    await using next = await openQueueFile(directory, following)
    const end = next.header?.previousEnd
    if (end === undefined || end > position) return
    await unlink(queueFile(directory, number)).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error
    })
  }
}

async function durableEnd(directory: string): Promise<bigint | null> {
  for (const number of (await listFiles(directory)).toReversed()) {
    await using file = await openQueueFile(directory, number)
    if (file.header === undefined) continue
    const offset = durableOffset(file)
    if (offset > RECORDS_AT) return positionOf(number, offset)
    return file.header.previousEnd === 0n ? null : file.header.previousEnd
  }
  return null
}
