import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { QueueError, type QueuePublisher } from '../port.ts'
import { DEFAULT_PARTITIONS, openLayout, partitionDirectory } from './layout.ts'
import { type Disk, realDisk } from './operations.ts'
import { PartitionWriter } from './partition-writer.ts'
import { takeLease } from './publisher-lease.ts'
import { payloadOf } from './record-frame.ts'
import { spaceReserve } from './space-reserve.ts'
import { Turns } from './turns.ts'
import { Usage } from './usage.ts'

const MIB = 1 << 20
/** Bodies that wait in memory while the disk is slow. */
const WAITING_LIMIT = 128 * MIB
const USAGE_MILLIS = 1000

export interface DiskPublisherOptions {
  readonly dir: string
  /** For a queue that does not exist yet; default 4. */
  readonly partitions?: number
  /** Backlog above which publish throws `full`; default 1 GiB. */
  readonly limitBytes?: number
  /** Space kept free on the disk (at most a twentieth of it); default 512 MiB. */
  readonly reserveBytes?: number
  /** Length after which a file is followed by the next; default 16 MiB, less where the limit is small. */
  readonly rollBytes?: number
  readonly disk?: Disk
}

/**
 * Opens the queue folder for publishing; every partition begins a new file. The publisher opened last is the one that
 * counts: an earlier one that still lives gets `io` from then on. The backlog is counted in whole files, since only
 * whole files are deleted.
 */
export async function openDiskPublisher(options: DiskPublisherOptions): Promise<QueuePublisher> {
  const { dir, limitBytes = 1024 * MIB, reserveBytes = 512 * MIB, disk = realDisk } = options
  const partitions = await openLayout(disk, dir, options.partitions ?? DEFAULT_PARTITIONS)
  const lease = await takeLease(disk, dir)
  await removeLeftovers(disk, dir)
  // The files being written cannot be deleted; together they must leave room below the limit.
  const rollBytes = Math.min(options.rollBytes ?? 16 * MIB, Math.floor(limitBytes / (4 * partitions)))
  const reserve = spaceReserve(disk, dir, reserveBytes)
  const writers = await Promise.all(
    Array.from({ length: partitions }, (_, partition) =>
      PartitionWriter.open({
        disk,
        partition,
        directory: partitionDirectory(dir, partition),
        lease,
        reserve,
        rollBytes,
      }),
    ),
  )
  await disk.syncDirectory(dir)
  const turns = new Turns(writers)
  const usage = new Usage(dir, writers, turns)
  await usage.measure()
  const timer = setInterval(() => void usage.measure().catch(() => undefined), USAGE_MILLIS).unref()
  let closed = false

  return {
    async publish(key, header, body) {
      if (closed) throw new QueueError('closed', 'the queue is closed')
      const payload = payloadOf(header, body)
      if (usage.waiting + payload.size > WAITING_LIMIT && usage.waiting > 0)
        throw new QueueError('full', 'too many records wait for the disk')
      if (usage.bytes + payload.size > limitBytes) {
        await usage.measure()
        if (usage.bytes + payload.size > limitBytes)
          throw new QueueError('full', `the backlog of the queue is over its limit of ${limitBytes} bytes`)
      }
      const writer = key === undefined ? turns : writers[crc32(key) % partitions]
      if (closed || writer === undefined) throw new QueueError('closed', 'the queue is closed')
      return writer.write(payload)
    },
    backlog: () => ({ bytes: usage.bytes, limit: limitBytes }),
    async close() {
      if (closed) return
      closed = true
      clearInterval(timer)
      await turns.close()
      await Promise.all(writers.map((writer) => writer.close()))
      await lease.close()
    },
  }
}

async function removeLeftovers(disk: Disk, dir: string): Promise<void> {
  for (const name of await readdir(dir))
    if (/^publisher-.*\.tmp$/.test(name)) await disk.remove(join(dir, name)).catch(() => undefined)
}
