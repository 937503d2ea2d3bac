import { execFileSync } from 'node:child_process'
import { readdirSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Names of file systems by their number, statfs(2). */
const FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x794c7630, 'overlay'],
  [0x01021994, 'tmpfs, so fsync costs nothing'],
])

/** The file system that data folders are on. */
export function fileSystem(): string {
  const { type } = statfsSync(tmpdir())
  return FILE_SYSTEMS.get(type) ?? `file system 0x${type.toString(16)}`
}

/** Generous for a stored event of 400 bytes: merges hold what they replace for a while, and the queue waits beside. */
const BYTES_PER_EVENT = 180
const SPARE_BYTES = 5e9

/** Throws where the disk has no room for so many events. */
export function requireRoom(events: number): void {
  const { bavail, bsize } = statfsSync(tmpdir())
  const needed = events * BYTES_PER_EVENT + SPARE_BYTES
  if (bavail * bsize < needed)
    throw new Error(
      `${tmpdir()} has ${((bavail * bsize) / 1e9).toFixed(0)} GB free, and ${events} events need up to ${(needed / 1e9).toFixed(0)} GB: fewer --events, or another TMPDIR`,
    )
}

/**
 * Takes the files below a folder out of the system's page cache, so that reading them means reading the disk; resolves to
 * whether that could be done (GNU dd).
 */
export function dropCache(folder: string): boolean {
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile())
        execFileSync(
          'dd',
          [`of=${join(entry.parentPath, entry.name)}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'],
          { stdio: 'ignore' },
        )
    return true
  } catch {
    return false
  }
}
