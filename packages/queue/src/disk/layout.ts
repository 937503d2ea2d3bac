import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { QueueError } from '../port.ts'
import { type Disk, errorCode } from './operations.ts'

/**
 * The folder of a disk queue:
 *
 *   queue.json           {"format":1,"partitions":4}, written once when the queue is made
 *   publisher            exists under the publisher that is in charge (publisher-lease.ts)
 *   0/ 1/ ...            a folder per partition, in it files named by their number: 0203412345.queue
 */
const Description = z.object({ format: z.literal(1), partitions: z.number().int().min(1).max(4096) })

export const DEFAULT_PARTITIONS = 4

/**
 * Opens the folder, or makes it with `partitions`. How many partitions a queue has is fixed when it is made, since a
 * sender must stay in its partition. Returns that number.
 */
export async function openLayout(disk: Disk, dir: string, partitions: number): Promise<number> {
  const path = join(dir, 'queue.json')
  let text = await readIfThere(path)
  if (text === undefined) {
    await makeLayout(disk, dir, path, partitions)
    text = await readIfThere(path)
  }
  const parsed = Description.safeParse(parseJson(text ?? ''))
  if (!parsed.success)
    throw new QueueError(
      'io',
      `${path} is damaged or of a newer version: expected {"format":1,"partitions":N}`,
    )
  return parsed.data.partitions
}

async function makeLayout(disk: Disk, dir: string, path: string, partitions: number): Promise<void> {
  await disk.makeDirectory(dir)
  await disk.syncDirectory(dirname(dir))
  for (let partition = 0; partition < partitions; partition++)
    await disk.makeDirectory(partitionDirectory(dir, partition))
  const temporary = join(dir, `queue-${randomUUID()}.tmp`)
  const file = await disk.create(temporary)
  try {
    await file.write([Buffer.from(`${JSON.stringify({ format: 1, partitions })}\n`)], 0)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    // Publisher and consumer may both be first; whoever comes second takes what is there.
    await disk.link(temporary, path)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  } finally {
    await disk.remove(temporary)
  }
  await disk.syncDirectory(dir)
}

export function partitionDirectory(dir: string, partition: number): string {
  return join(dir, String(partition))
}

export function queueFile(directory: string, number: number): string {
  return join(directory, queueFileName(number))
}

export function queueFileName(number: number): string {
  return `${String(number).padStart(10, '0')}.queue`
}

/** Numbers of the files in a partition folder, ascending; none if the folder does not exist. */
export async function listFiles(directory: string): Promise<number[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  })
  return names
    .flatMap((name) => (/^\d{10}\.queue$/.test(name) ? [Number.parseInt(name, 10)] : []))
    .sort((a, b) => a - b)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
