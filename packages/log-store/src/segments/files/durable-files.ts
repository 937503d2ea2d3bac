import { constants } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, stat, statfs } from 'node:fs/promises'

/**
 * The few file operations the segment store makes, with what each promises after a power cut. A test puts an
 * implementation here that forgets everything not synced, which proves that every sync that is needed is made.
 *
 * A write survives a power cut only after `sync` of its file *and* `syncDirectory` of the folder that got its name.
 * A removal survives only after `syncDirectory`.
 */
export interface DurableFiles {
  /** Makes the folder and its parents; an existing one is fine. Their names are durable when it resolves. */
  makeDirectory(path: string): Promise<void>
  /** A new empty file, open for appending; throws EEXIST where the name is taken. */
  create(path: string): Promise<AppendFile>
  /** The names in a folder; none where there is no folder. */
  list(directory: string): Promise<string[]>
  /** The bytes from `offset` to the end, at most `length` of them, or undefined where there is no such file. */
  read(path: string, offset?: number, length?: number): Promise<Uint8Array | undefined>
  /** Length in bytes, or undefined where there is no such file. */
  size(path: string): Promise<number | undefined>
  /** Removes a file; a missing one is fine. */
  remove(path: string): Promise<void>
  syncDirectory(path: string): Promise<void>
  /** Bytes of the disk that holds `path`: all, and free for this process. */
  space(path: string): Promise<{ total: number; free: number }>
}

export interface AppendFile {
  /** Appends all bytes or throws; after a throw any part of them may have been written. */
  write(bytes: Uint8Array): Promise<void>
  /** fdatasync: what was written is durable when it resolves. After a throw nothing about the file can be relied on. */
  sync(): Promise<void>
  /** Cuts the file to `length`; later writes append there. */
  truncate(length: number): Promise<void>
  close(): Promise<void>
}

export function isErrorCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** Whether an error of the operating system says that there is no room: disk full or quota reached. */
export function isDiskFull(error: unknown): boolean {
  return isErrorCode(error, 'ENOSPC', 'EDQUOT')
}

/** The real thing, over node:fs. */
export const localFiles: DurableFiles = {
  async makeDirectory(path) {
    const first = await mkdir(path, { recursive: true })
    if (first === undefined) return
    // Every folder that was made has its name in its parent: sync the parents from the innermost up.
    for (let made = path; made.length >= first.length; made = parentOf(made)) {
      await localFiles.syncDirectory(parentOf(made))
    }
  },

  async create(path) {
    const handle = await open(
      path,
      constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_APPEND,
    )
    return {
      write: async (bytes) => {
        let written = 0
        while (written < bytes.length) {
          written += (await handle.write(bytes, written, bytes.length - written)).bytesWritten
        }
      },
      sync: () => handle.datasync(),
      truncate: (length) => handle.truncate(length),
      close: () => handle.close(),
    }
  },

  list: (directory) => orMissing(readdir(directory), []),

  read: (path, offset = 0, length = Number.POSITIVE_INFINITY) => {
    const whole = offset === 0 && length === Number.POSITIVE_INFINITY
    return orMissing(whole ? readFile(path) : readFrom(path, offset, length), undefined)
  },

  size: async (path) => (await orMissing(stat(path), undefined))?.size,

  remove: (path) => rm(path, { force: true }),

  async syncDirectory(path) {
    const handle = await open(path, constants.O_RDONLY)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },

  async space(path) {
    const disk = await statfs(path)
    return { total: disk.blocks * disk.bsize, free: disk.bavail * disk.bsize }
  },
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

async function orMissing<T, M>(promise: Promise<T>, missing: M): Promise<T | M> {
  try {
    return await promise
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return missing
    throw error
  }
}

async function readFrom(path: string, offset: number, length: number): Promise<Uint8Array> {
  const handle = await open(path, constants.O_RDONLY)
  try {
    const { size } = await handle.stat()
    const bytes = new Uint8Array(Math.min(length, Math.max(0, size - offset)))
    let filled = 0
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled)
      if (bytesRead === 0) return bytes.subarray(0, filled)
      filled += bytesRead
    }
    return bytes
  } finally {
    await handle.close()
  }
}

/** Writes a whole new file and makes its content durable; its name is durable after `syncDirectory` of the folder. */
export async function writeWhole(files: DurableFiles, path: string, bytes: Uint8Array): Promise<void> {
  const file = await files.create(path)
  try {
    await file.write(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}
