import { appendFile, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The queue file that was written last, or undefined when there is none. */
async function newestQueueFile(queueDir: string): Promise<{ path: string; size: number } | undefined> {
  const names = await readdir(queueDir, { recursive: true, withFileTypes: true })
  const files = await Promise.all(
    names
      .filter((entry) => entry.isFile() && /^\d+\./.test(entry.name))
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        const { mtimeMs, size } = await stat(path)
        return { path, mtimeMs, size }
      }),
  )
  return files.sort((a, b) => b.mtimeMs - a.mtimeMs)[0]
}

/** What a write cut off by a power failure leaves: the first half of a record, here a copy of earlier bytes. */
export async function tearLastRecord(queueDir: string): Promise<boolean> {
  const newest = await newestQueueFile(queueDir)
  if (newest === undefined || newest.size < 16_384) return false
  await using file = await open(newest.path, 'r')
  const piece = Buffer.alloc(700)
  await file.read(piece, 0, piece.length, 12_288)
  await appendFile(newest.path, piece)
  return true
}

/** Flips one bit among the records last written. */
export async function flipBit(queueDir: string, random: () => number): Promise<boolean> {
  const newest = await newestQueueFile(queueDir)
  const records = 12_288
  if (newest === undefined || newest.size <= records + 4096) return false
  const span = Math.min(newest.size - records, 65_536)
  const at = newest.size - span + Math.floor(random() * span)
  await using file = await open(newest.path, 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, at)
  byte.writeUInt8(byte.readUInt8(0) ^ (1 << Math.floor(random() * 8)))
  await file.write(byte, 0, 1, at)
  return true
}
