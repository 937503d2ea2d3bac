import { type Disk, type DiskFile, realDisk } from '../src/disk/operations.ts'

/** A real disk that fails on demand. */
export class FailingDisk implements Disk {
  /** Code of the error the next operations throw, by what they do. */
  failWrite: string | undefined
  failSync: string | undefined
  failCreate: string | undefined
  free: number | undefined
  /** Called before each sync. */
  onSync: (() => Promise<void>) | undefined
  syncs = 0

  makeDirectory = realDisk.makeDirectory
  link = realDisk.link
  rename = realDisk.rename
  remove = realDisk.remove
  syncDirectory = realDisk.syncDirectory

  async space(path: string): Promise<{ free: number; size: number }> {
    const space = await realDisk.space(path)
    return { ...space, free: this.free ?? space.free }
  }

  async create(path: string): Promise<DiskFile> {
    throwIf(this.failCreate)
    const file = await realDisk.create(path)
    return {
      ...file,
      write: async (chunks, offset) => {
        const [first] = chunks
        // As a full disk does it: a part is written, then the error comes.
        if (this.failWrite !== undefined && first) await file.write(chunks.slice(0, -1), offset)
        throwIf(this.failWrite)
        await file.write(chunks, offset)
      },
      sync: async () => {
        await this.onSync?.()
        throwIf(this.failSync)
        this.syncs++
        await file.sync()
      },
    }
  }
}

function throwIf(code: string | undefined): void {
  if (code !== undefined) throw Object.assign(new Error(`${code}: made to fail`), { code })
}
