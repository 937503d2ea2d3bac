import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { assertKey, assertPrefix, assertRange } from '../object-key.ts'
import {
  type GetOptions,
  type ListOptions,
  type ObjectInfo,
  type ObjectStore,
  ObjectStoreError,
  type PutOptions,
} from '../port.ts'
import { isErrorCode, makeFolder, syncFolder } from './durable-paths.ts'
import { RESERVED, sizeOf, walkFolder } from './walk-folder.ts'

/** Where an object is until it is whole. */
const INCOMING = `${RESERVED}incoming`
/** A file that came in so long ago belongs to nobody any more, milliseconds. */
const ABANDONED_MS = 24 * 3_600_000

/**
 * Objects as files of a folder, a key's slashes as folders. Several processes may use the same one, also over a network
 * file system that links files.
 * @param now epoch milliseconds
 */
export async function openFolderObjects(root: string, now: number): Promise<ObjectStore> {
  const incoming = join(root, INCOMING)
  await makeFolder(incoming)
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name)
    const modified = await stat(path).catch(() => undefined)
    if (modified !== undefined && modified.mtimeMs < now - ABANDONED_MS) await rm(path, { force: true })
  }
  return new FolderObjects(root)
}

class FolderObjects implements ObjectStore {
  readonly #root: string
  #closed = false

  constructor(root: string) {
    this.#root = root
  }

  put(key: string, body: Uint8Array, options: PutOptions = {}): Promise<void> {
    return this.#store(key, options, (path) => writeFile(path, body, { flag: 'wx' }))
  }

  putFile(key: string, path: string, options: PutOptions = {}): Promise<void> {
    return this.#store(key, options, (incoming) =>
      copyFile(path, incoming, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE),
    )
  }

  async get(key: string, { range, signal }: GetOptions = {}): Promise<Uint8Array> {
    assertKey(key)
    if (range !== undefined) assertRange(range)
    this.#enter(signal)
    try {
      const path = join(this.#root, key)
      return range === undefined ? await readFile(path) : await readRange(key, path, range)
    } catch (error) {
      throw asReadError(error, key)
    }
  }

  async size(key: string, signal?: AbortSignal): Promise<number | undefined> {
    assertKey(key)
    this.#enter(signal)
    try {
      return await sizeOf(join(this.#root, key))
    } catch (error) {
      throw asObjectError(error, key)
    }
  }

  async *list(prefix: string, { after = '', signal }: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    assertPrefix(prefix)
    const within = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    this.#enter(signal)
    try {
      for await (const object of walkFolder(this.#root, within, prefix, after)) {
        this.#enter(signal)
        yield object
      }
    } catch (error) {
      throw asObjectError(error, prefix)
    }
  }

  async delete(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    for (const key of keys) assertKey(key)
    const folders = new Set<string>()
    for (const key of keys) {
      this.#enter(signal)
      const path = join(this.#root, key)
      try {
        if ((await sizeOf(path)) === undefined) continue
        await rm(path, { force: true })
        folders.add(dirname(path))
      } catch (error) {
        throw asObjectError(error, key)
      }
    }
    for (const folder of folders) await syncFolder(folder)
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  /** Has `write` make the content under a name of its own, which becomes the object's when it is durable. */
  async #store(
    key: string,
    { exclusive, signal }: PutOptions,
    write: (incoming: string) => Promise<void>,
  ): Promise<void> {
    assertKey(key)
    this.#enter(signal)
    const incoming = join(this.#root, INCOMING, randomUUID())
    const path = join(this.#root, key)
    try {
      await write(incoming)
      await syncContent(incoming)
      signal?.throwIfAborted()
      await makeFolder(dirname(path))
      // A link takes no place that is taken; a rename does.
      await (exclusive ? link(incoming, path) : rename(incoming, path))
      await syncFolder(dirname(path))
    } catch (error) {
      throw asWriteError(error, key)
    } finally {
      await rm(incoming, { force: true }).catch(() => undefined)
    }
  }

  #enter(signal: AbortSignal | undefined): void {
    if (this.#closed) throw new ObjectStoreError('closed', 'the objects are closed')
    signal?.throwIfAborted()
  }
}

async function syncContent(path: string): Promise<void> {
  await using handle = await open(path, 'r+')
  await handle.sync()
}

async function readRange(
  key: string,
  path: string,
  { offset, length }: { readonly offset: number; readonly length: number },
): Promise<Uint8Array> {
  await using handle = await open(path, constants.O_RDONLY)
  const { size } = await handle.stat()
  const end = offset + length
  if (end > size) throw new ObjectStoreError('range', `${key} ends before byte ${end}`)
  const bytes = new Uint8Array(length)
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled)
    if (bytesRead === 0) throw new ObjectStoreError('range', `${key} ends before byte ${end}`)
    filled += bytesRead
  }
  return bytes
}

function asWriteError(error: unknown, key: string): unknown {
  if (isErrorCode(error, 'EEXIST')) return new ObjectStoreError('exists', `${key} is there already`)
  return asObjectError(error, key)
}

function asReadError(error: unknown, key: string): unknown {
  if (isErrorCode(error, 'ENOENT', 'EISDIR', 'ENOTDIR'))
    return new ObjectStoreError('missing', `${key} is not there`, { cause: error })
  return asObjectError(error, key)
}

function asObjectError(error: unknown, key: string): unknown {
  if (isErrorCode(error, 'EACCES', 'EPERM', 'EROFS'))
    return new ObjectStoreError('refused', `${key}: access is denied`, { cause: error })
  if (isErrorCode(error, 'ENOSPC', 'EDQUOT', 'EIO', 'ESTALE', 'ETIMEDOUT'))
    return new ObjectStoreError('unavailable', `${key}: ${String(error)}`, { cause: error })
  return error
}
