import { fstatSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Disk, type DiskFile, realDisk } from '../src/disk/operations.ts'

interface Inode {
  readonly handle: FileHandle
  /** Undoes each write since the last sync, oldest first. */
  unsynced: (() => Promise<void>)[]
}

export interface PowerCutOptions {
  /** Syncs of files and folders that do nothing: the drive that lies, or the code that forgot. */
  readonly ignoreSync?: boolean
  /** Decides for each write that was not synced whether it reached the platter all the same. */
  readonly survives?: () => boolean
}

/**
 * A disk over a real folder that, when the power goes, forgets every write that was not synced and every name whose
 * folder was not. `survives` lets some of them live, in any order, as real disks do.
 */
export class PowerCutDisk implements Disk {
  readonly #options: PowerCutOptions
  readonly #inodes: Inode[] = []
  readonly #names = new Map<string, () => void>()
  #off = false

  constructor(options: PowerCutOptions = {}) {
    this.#options = options
  }

  makeDirectory = (path: string) => this.#powered(() => realDisk.makeDirectory(path))
  space = (path: string) => this.#powered(() => realDisk.space(path))
  remove = (path: string) => this.#powered(() => realDisk.remove(path))

  rename(from: string, to: string): Promise<void> {
    return this.#powered(() => realDisk.rename(from, to))
  }

  link(existing: string, name: string): Promise<void> {
    return this.#powered(async () => {
      await realDisk.link(existing, name)
      this.#names.set(name, () => rmSync(name, { force: true }))
    })
  }

  syncDirectory(path: string): Promise<void> {
    return this.#powered(async () => {
      await realDisk.syncDirectory(path)
      if (this.#options.ignoreSync) return
      for (const name of this.#names.keys()) if (dirname(name) === join(path)) this.#names.delete(name)
    })
  }

  create(path: string): Promise<DiskFile> {
    return this.#powered(async () => {
      const handle = await open(path, 'wx+')
      if (this.#off) {
        await handle.close()
        throw new Error('the power is off')
      }
      const inode: Inode = { handle, unsynced: [] }
      this.#inodes.push(inode)
      return {
        write: (chunks, offset) => this.#powered(() => writeUndoably(inode, Buffer.concat(chunks), offset)),
        sync: () =>
          this.#powered(async () => {
            await inode.handle.datasync()
            if (!this.#options.ignoreSync) inode.unsynced = []
          }),
        cut: (length) => this.#powered(() => inode.handle.truncate(length)),
        names: () => {
          if (this.#off) throw new Error('the power is off')
          return fstatSync(inode.handle.fd).nlink
        },
        // The handle stays open: the disk goes on after the process closed the file.
        close: async () => {},
      }
    })
  }

  /** The power goes: nothing works any more, and what was not synced is gone. */
  async cutPower(): Promise<void> {
    this.#off = true
    for (const inode of this.#inodes) {
      for (const undo of inode.unsynced.toReversed()) if (!this.#options.survives?.()) await undo()
      await inode.handle.close()
    }
    for (const undo of this.#names.values()) if (!this.#options.survives?.()) undo()
  }

  async #powered<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#off) throw new Error('the power is off')
    return operation()
  }
}

async function writeUndoably(inode: Inode, bytes: Buffer, offset: number): Promise<void> {
  const { handle } = inode
  const { size } = await handle.stat()
  const before = Buffer.alloc(Math.max(0, Math.min(bytes.length, size - offset)))
  if (before.length > 0) await handle.read(before, 0, before.length, offset)
  inode.unsynced.push(async () => {
    // A write that is lost leaves what was there; behind the old end that is nothing, or zeros below a later write.
    await handle.write(
      Buffer.concat([before, Buffer.alloc(bytes.length - before.length)]),
      0,
      bytes.length,
      offset,
    )
    const now = (await handle.stat()).size
    if (offset + bytes.length === now && size < now)
      await handle.truncate(Math.max(size, offset + before.length))
  })
  await handle.write(bytes, 0, bytes.length, offset)
}
