import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AppendFile, type DurableFiles, localFiles } from '../../src/segments/files/durable-files.ts'

/** What a power cut does to what was not synced. */
export type PowerCut =
  /** Nothing of it happened: new names are gone, removed files are back. */
  | 'all lost'
  /** Names are as they were last, contents as at their last sync. */
  | 'contents lost'
  /** Names are as they were last; of unsynced bytes the first half is there. */
  | 'contents torn'
  /** Everything is there: the process was killed, not the machine. */
  | 'nothing lost'

export const POWER_CUTS: readonly PowerCut[] = ['all lost', 'contents lost', 'contents torn', 'nothing lost']

export type Operation =
  | 'makeDirectory'
  | 'create'
  | 'write'
  | 'sync'
  | 'truncate'
  | 'remove'
  | 'syncDirectory'

export class Crash extends Error {}

/**
 * A disk in a real folder that knows what has been synced, can fail or die at any operation, and can then be put into
 * the state that a power cut would have left.
 */
export class UnreliableDisk {
  /** Every changing operation so far: its kind and the file or folder it was made on. */
  readonly log: { readonly operation: Operation; readonly path: string }[] = []
  /** The number of the operation at which the process dies; a write is then half done. */
  crashAt = Number.POSITIVE_INFINITY
  /** Throws to make a single operation fail. */
  fail: (operation: Operation, path: string) => void = () => undefined
  /** Syncs of paths for which this is true do nothing, to show that they are needed. */
  forgets: (operation: Operation, path: string) => boolean = () => false
  #dead = false
  #wasDead = false
  readonly #synced = new Map<string, Uint8Array>()
  readonly #names = new Map<string, Set<string>>()
  readonly #open = new Set<AppendFile>()

  get isDead(): boolean {
    return this.#dead
  }

  /** The process dies, between two operations. */
  die(): void {
    this.#dead = true
  }

  readonly files: DurableFiles = {
    ...localFiles,
    makeDirectory: async (path) => {
      this.#operate('makeDirectory', path)
      await mkdir(path, { recursive: true })
    },
    create: async (path) => {
      this.#operate('create', path)
      return this.#file(path, await localFiles.create(path))
    },
    remove: async (path) => {
      this.#operate('remove', path)
      await localFiles.remove(path)
    },
    syncDirectory: async (path) => {
      this.#operate('syncDirectory', path)
      if (!this.forgets('syncDirectory', path)) this.#names.set(path, new Set(await filesIn(path)))
    },
    list: async (path) => this.#alive(() => localFiles.list(path)),
    read: async (path, offset, length) => this.#alive(() => localFiles.read(path, offset, length)),
    size: async (path) => this.#alive(() => localFiles.size(path)),
  }

  #file(path: string, file: AppendFile): AppendFile {
    this.#open.add(file)
    return {
      write: async (bytes) => {
        try {
          this.#operate('write', path)
        } catch (error) {
          if (!this.#wasDead) await file.write(bytes.subarray(0, bytes.length >> 1))
          throw error
        }
        await file.write(bytes)
      },
      sync: async () => {
        this.#operate('sync', path)
        if (!this.forgets('sync', path)) this.#synced.set(path, await readFile(path))
      },
      truncate: async (length) => {
        this.#operate('truncate', path)
        await file.truncate(length)
      },
      close: async () => {
        this.#open.delete(file)
        await file.close()
      },
    }
  }

  #operate(operation: Operation, path: string): void {
    this.#wasDead = this.#dead
    if (this.#dead) throw new Crash(`dead at ${operation} ${path}`)
    this.log.push({ operation, path })
    if (this.log.length >= this.crashAt) {
      this.#dead = true
      throw new Crash(`died at ${operation} ${path}`)
    }
    this.fail(operation, path)
  }

  async #alive<T>(task: () => Promise<T>): Promise<T> {
    if (this.#dead) throw new Crash('dead')
    return task()
  }

  /** Puts the folder into the state a power cut leaves; whoever still uses this disk is dead. */
  async powerCut(dir: string, kind: PowerCut): Promise<void> {
    this.#dead = true
    for (const file of this.#open) await file.close()
    this.#open.clear()
    if (kind === 'nothing lost') return
    for (const folder of await foldersIn(dir)) {
      const names = this.#names.get(folder) ?? new Set()
      for (const name of await filesIn(folder)) {
        const path = join(folder, name)
        if (kind === 'all lost' && !names.has(name)) await rm(path)
        else await this.#loseContent(path, kind)
      }
      if (kind !== 'all lost') continue
      for (const name of names) {
        const content = this.#synced.get(join(folder, name))
        if (content !== undefined) await writeFile(join(folder, name), content)
      }
    }
  }

  async #loseContent(path: string, kind: PowerCut): Promise<void> {
    const content = await readFile(path)
    const synced = this.#synced.get(path) ?? new Uint8Array()
    const torn = Math.min(content.length, synced.length + ((content.length - synced.length) >> 1))
    const left =
      kind === 'contents torn' && content.length > synced.length ? content.subarray(0, torn) : synced
    await writeFile(path, left)
  }
}

async function foldersIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  return [dir, ...entries.filter((entry) => entry.isDirectory()).map((entry) => join(dir, entry.name))]
}

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}
