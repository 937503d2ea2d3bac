import { constants, fstatSync } from 'node:fs'
import { type FileHandle, link, mkdir, open, rename, statfs, unlink } from 'node:fs/promises'

/**
 * What the publisher asks of a file system. It is a port so that a test can run the publisher on a disk that forgets
 * whatever was not synced. Errors are those of Node (`code`: ENOSPC, EIO, EEXIST...).
 */
export interface Disk {
  /** Makes a folder and its missing parents; an existing one is fine. */
  makeDirectory(path: string): Promise<void>
  /** Makes a file for writing; fails with EEXIST if there is one. */
  create(path: string): Promise<DiskFile>
  /** Gives a file a second name; fails with EEXIST if that name is taken. */
  link(existing: string, name: string): Promise<void>
  /** Replaces `to` in one step. */
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Makes the names in a folder durable. */
  syncDirectory(path: string): Promise<void>
  /** Bytes that may still be written by this process, and size of the whole file system. */
  space(path: string): Promise<{ readonly free: number; readonly size: number }>
}

export interface DiskFile {
  /** Writes all of it at `offset`, or throws after having written a part. */
  write(chunks: readonly Uint8Array[], offset: number): Promise<void>
  /** Makes content and length durable. */
  sync(): Promise<void>
  /** Cuts the file to `length`. */
  cut(length: number): Promise<void>
  /** How many names the file still has. Asked after every sync, and answered from memory, so without the thread pool. */
  names(): number
  close(): Promise<void>
}

export const realDisk: Disk = {
  async makeDirectory(path) {
    await mkdir(path, { recursive: true })
  },
  async create(path) {
    return diskFile(await open(path, 'wx'))
  },
  link,
  rename,
  remove: unlink,
  async syncDirectory(path) {
    await using directory = await open(path, constants.O_RDONLY)
    await directory.sync()
  },
  async space(path) {
    const { bsize, blocks, bavail } = await statfs(path)
    return { free: bsize * bavail, size: bsize * blocks }
  },
}

function diskFile(handle: FileHandle): DiskFile {
  return {
    async write(chunks, offset) {
      const total = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
      let { bytesWritten: written } = await handle.writev([...chunks], offset)
      if (written === total) return
      // A short write is legal; the next call goes on or says why it cannot (ENOSPC).
      const all = Buffer.concat(chunks, total)
      while (written < total)
        written += (await handle.write(all, written, total - written, offset + written)).bytesWritten
    },
    sync: () => handle.datasync(),
    cut: (length) => handle.truncate(length),
    names: () => fstatSync(handle.fd).nlink,
    close: () => handle.close(),
  }
}

/** The `code` of a file system error, or ''. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
